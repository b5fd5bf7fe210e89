import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('campaigns', '0001_initial'),
        ('people', '0001_initial'),
        ('places', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('step', models.CharField(max_length=48)),
                ('starts_at', models.DateTimeField()),
                ('place', models.CharField(max_length=160)),
                ('seats', models.PositiveIntegerField()),
                ('turn', models.PositiveIntegerField(default=0)),
                ('called_off_at', models.DateTimeField(blank=True, null=True)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
            ],
            options={
                'indexes': [models.Index(fields=['campaign', 'starts_at'], name='session_by_time')],
                'constraints': [models.CheckConstraint(condition=models.Q(('seats__gte', 1)), name='session_has_a_seat')],
            },
        ),
        migrations.CreateModel(
            name='Pace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(max_length=48)),
                ('per_day', models.PositiveIntegerField()),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('campaign', 'step'), name='pace_once_a_step')],
            },
        ),
        migrations.CreateModel(
            name='Check',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(max_length=48)),
                ('state', models.CharField(choices=[('invited', 'Invited'), ('handed_in', 'Handed In'), ('seen', 'Seen'), ('passed', 'Passed'), ('renewed', 'Renewed')], default='invited', max_length=10)),
                ('invited_at', models.DateTimeField()),
                ('own_words', models.CharField(blank=True, max_length=200)),
                ('handed_in_at', models.DateTimeField(blank=True, null=True)),
                ('sent_back_why', models.CharField(blank=True, max_length=200)),
                ('evidence', models.CharField(blank=True, max_length=80)),
                ('first_by', models.BigIntegerField(blank=True, null=True)),
                ('second_by', models.BigIntegerField(blank=True, null=True)),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
                ('passed_at', models.DateTimeField(blank=True, null=True)),
                ('valid_until', models.DateField(blank=True, null=True)),
                ('area', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
                ('session', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='vetting.session')),
            ],
            options={
                'indexes': [models.Index(fields=['campaign', 'step', 'state', 'handed_in_at'], name='check_queue')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'renewed'), _negated=True), fields=('person', 'step'), name='check_one_stands_a_step'), models.CheckConstraint(condition=models.Q(('second_by__isnull', True), models.Q(('first_by', models.F('second_by')), _negated=True), _connector='OR'), name='check_two_are_two_persons'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'passed'), ('step__in', ('record_check', 'clearance')), _negated=True), models.Q(('first_by__isnull', False), ('second_by__isnull', False)), _connector='OR'), name='check_two_persons_where_it_must_be')],
            },
        ),
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('step_of', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='vetting.check')),
                ('media_type', models.CharField(max_length=20)),
                ('cipher', models.BinaryField()),
            ],
        ),
    ]
