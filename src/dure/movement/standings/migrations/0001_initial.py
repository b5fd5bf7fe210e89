import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('base', '__first__'),
        ('campaigns', '0001_initial'),
        ('people', '0001_initial'),
        ('places', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DenominatorConfirmation',
            fields=[
                ('target', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='campaigns.target')),
                ('plan_milli', models.BigIntegerField()),
                ('confirmed_at', models.DateTimeField()),
                ('confirmed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SafetyReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('limit', models.CharField(choices=[('capacity', 'Capacity'), ('norm', 'Norm')], max_length=8)),
                ('load_permille', models.BigIntegerField()),
                ('words', models.CharField(max_length=1000)),
                ('reviewed_at', models.DateTimeField()),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.indicator')),
                ('reviewed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
            ],
        ),
        migrations.CreateModel(
            name='SeasonRules',
            fields=[
                ('campaign', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='campaigns.campaign')),
                ('facts', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('stated_at', models.DateTimeField()),
                ('stated_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ShownStanding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('state', models.CharField(max_length=120)),
                ('form', models.CharField(max_length=16)),
                ('made_at', models.DateTimeField()),
                ('is_ready', models.BooleanField(default=False)),
                ('head', models.BinaryField()),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.campaign')),
            ],
            options={
                'indexes': [models.Index(fields=['campaign', 'is_ready', 'id'], name='shown_newest_ready')],
            },
        ),
        migrations.CreateModel(
            name='Challenge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(unique=True)),
                ('digest', models.CharField(max_length=64)),
                ('compares', models.CharField(choices=[('level', 'Level'), ('change', 'Change')], max_length=8)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('words', models.CharField(blank=True, max_length=500)),
                ('proposed_at', models.DateTimeField()),
                ('answer_by', models.DateField()),
                ('is_set_aside', models.BooleanField(default=False)),
                ('signed_at', models.DateTimeField(blank=True, null=True)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('first_team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.indicator')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second_team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
                ('signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['campaign', 'last_day'], name='challenge_of_campaign')],
                'constraints': [models.CheckConstraint(condition=models.Q(('first_team', models.F('second_team')), _negated=True), name='challenge_of_two_teams'), models.CheckConstraint(condition=models.Q(('first_day__lte', models.F('last_day'))), name='challenge_starts_first'), models.CheckConstraint(condition=models.Q(models.Q(('ended_on__isnull', True), ('signed_at__isnull', True), ('signed_by__isnull', True)), models.Q(('is_set_aside', False), ('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='challenge_signed_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('signed_by', models.F('proposed_by')), _negated=True), ('signed_by__isnull', True), _connector='OR'), name='challenge_signed_by_two')],
            },
        ),
        migrations.CreateModel(
            name='ShownPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=8)),
                ('indicator_id', models.BigIntegerField()),
                ('number', models.BigIntegerField()),
                ('body', models.BinaryField()),
                ('standing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='standings.shownstanding')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('standing', 'kind', 'indicator_id', 'number'), name='shown_part_once')],
            },
        ),
    ]
