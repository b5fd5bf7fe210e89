import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('base', '__first__'),
        ('campaigns', '0001_initial'),
        ('matching', '0001_initial'),
        ('needs', '0001_initial'),
        ('people', '0001_initial'),
        ('places', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='StandDown',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(unique=True)),
                ('area_path', models.CharField(max_length=200)),
                ('why', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end_words', models.CharField(blank=True, max_length=200)),
                ('over_told_to', models.BigIntegerField(default=0)),
                ('over_told_at', models.DateTimeField(blank=True, null=True)),
                ('area', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('area',), name='stand_down_open_once'), models.CheckConstraint(condition=models.Q(('why', ''), _negated=True), name='stand_down_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('fingerprint', models.CharField(max_length=64)),
                ('kind', models.CharField(max_length=10)),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, 'Light'), (2, 'Serious'), (3, 'Grave')])),
                ('happened_at', models.DateTimeField()),
                ('reported_at', models.DateTimeField()),
                ('reporter', models.CharField(max_length=10)),
                ('people_hurt', models.PositiveSmallIntegerField(default=0)),
                ('words_cipher', models.BinaryField()),
                ('is_open', models.BooleanField(default=True)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('keep_until', models.DateField()),
                ('area', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='needs.post')),
                ('reported_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
            ],
            options={
                'indexes': [models.Index(fields=['campaign', 'is_open', '-happened_at'], name='incident_by_campaign'), models.Index(fields=['keep_until'], name='incident_by_end')],
                'constraints': [models.CheckConstraint(condition=models.Q(('severity__gte', 1), ('severity__lte', 3)), name='incident_severity_is_1_to_3'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('is_open', True)), models.Q(('closed_at__isnull', False), ('is_open', False)), _connector='OR'), name='incident_open_or_closed'), models.CheckConstraint(condition=models.Q(models.Q(('due_on__isnull', True), ('owner__isnull', True)), models.Q(('due_on__isnull', False), ('owner__isnull', False)), _connector='OR'), name='incident_owner_with_a_date')],
            },
        ),
        migrations.CreateModel(
            name='HomeCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(max_length=10)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('help', 'Help'), ('safe', 'Safe'), ('closed', 'Closed')], default='waiting', max_length=8)),
                ('due_at', models.DateTimeField()),
                ('reached', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(blank=True, null=True)),
                ('said_safe_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_by', models.CharField(blank=True, max_length=10)),
                ('area', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('placement', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matching.placement')),
                ('post', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='needs.post')),
                ('team', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
                ('stand_down', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='safety.standdown')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at'], name='home_call_due'), models.Index(fields=['stand_down', 'state'], name='home_call_by_state'), models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['team'], name='home_call_open_by_team'), models.Index(fields=['ended_at'], name='home_call_ended')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('stand_down__isnull', True)), fields=('placement',), name='home_call_once_a_shift'), models.UniqueConstraint(condition=models.Q(('stand_down__isnull', False)), fields=('stand_down', 'placement'), name='home_call_once_a_stand_down'), models.UniqueConstraint(condition=models.Q(('placement__isnull', True)), fields=('person',), name='home_call_once_alone'), models.CheckConstraint(condition=models.Q(models.Q(('placement__isnull', False), ('post__isnull', False), ('team__isnull', False)), models.Q(('placement__isnull', True), ('post__isnull', True), ('stand_down__isnull', True), ('team__isnull', True)), _connector='OR'), name='home_call_of_a_shift_or_alone'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state__in', ('waiting', 'help'))), models.Q(('ended_at__isnull', False), ('next_at__isnull', True), ('state__in', ('safe', 'closed'))), _connector='OR'), name='home_call_ends_or_stands')],
            },
        ),
        migrations.CreateModel(
            name='Hurt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('cipher', models.BinaryField()),
                ('keep_until', models.DateField(db_index=True)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='safety.incident')),
            ],
        ),
        migrations.CreateModel(
            name='IncidentNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(unique=True)),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(max_length=10)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('words_cipher', models.BinaryField(default=bytes)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='safety.incident')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='HomeStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(max_length=12)),
                ('words_cipher', models.BinaryField(default=bytes)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='safety.homecall')),
            ],
        ),
    ]
