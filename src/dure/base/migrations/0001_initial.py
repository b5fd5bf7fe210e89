
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='CommandSeen',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('action', models.CharField(max_length=60)),
                ('fingerprint', models.CharField(max_length=64)),
                ('result', models.JSONField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('language', models.CharField(blank=True, db_default='', default='', max_length=12)),
                ('is_active', models.BooleanField(default=True)),
                ('is_staff', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('expires_at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ChannelDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=10)),
                ('day', models.DateField()),
                ('handed_over_count', models.PositiveIntegerField(default=0)),
                ('delivered_count', models.PositiveIntegerField(default=0)),
                ('failed_count', models.PositiveIntegerField(default=0)),
                ('cost_milli', models.PositiveBigIntegerField(default=0)),
                ('minute_at', models.DateTimeField()),
                ('minute_count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('channel', 'day'), name='channel_day_once')],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('about', models.CharField(blank=True, max_length=80)),
                ('asked_by', models.BigIntegerField(blank=True, null=True)),
                ('state', models.CharField(choices=[('running', 'Running'), ('done', 'Done'), ('stopped', 'Stopped'), ('failed', 'Failed')], default='running', max_length=10)),
                ('done_count', models.PositiveBigIntegerField(default=0)),
                ('total_count', models.PositiveBigIntegerField(default=0)),
                ('stop_asked', models.BooleanField(default=False)),
                ('step', models.CharField(blank=True, max_length=40)),
                ('bytes_needed', models.BigIntegerField(blank=True, null=True)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('started_at', models.DateTimeField()),
                ('last_advanced_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'running'), models.Q(('about', ''), _negated=True)), fields=('kind', 'about'), name='job_one_running')],
            },
        ),
        migrations.CreateModel(
            name='OrderHead',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('size', models.BigIntegerField(default=0)),
                ('frontier', models.BinaryField(default=bytes)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('size__gte', 0)), name='order_head_size_is_a_count')],
            },
        ),
        migrations.CreateModel(
            name='OutboxMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dedupe_key', models.CharField(max_length=120, unique=True)),
                ('person_id', models.BigIntegerField(db_index=True)),
                ('kind', models.CharField(max_length=40)),
                ('facts', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('sent', 'Sent'), ('failed', 'Failed'), ('withheld', 'Withheld'), ('replaced', 'Replaced')], default='queued', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('priority', models.PositiveSmallIntegerField(default=5)),
                ('send_after', models.DateTimeField()),
                ('channel', models.CharField(blank=True, max_length=10)),
                ('cost_milli', models.PositiveIntegerField(default=0)),
                ('delivered_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['channel', 'priority', 'send_after', 'id'], name='outbox_queued')],
            },
        ),
        migrations.CreateModel(
            name='UndoableAct',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('account_id', models.BigIntegerField()),
                ('campaign_id', models.BigIntegerField()),
                ('facts', models.JSONField()),
                ('about', models.CharField(max_length=160)),
                ('at', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['campaign_id', 'account_id', 'at'], name='undoable_by_account'), models.Index(condition=models.Q(('finished_at__isnull', True), ('undone_at__isnull', True), ('until__isnull', False)), fields=['until'], name='undoable_to_finish')],
            },
        ),
        migrations.CreateModel(
            name='WaitingAct',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('subject', models.CharField(blank=True, max_length=80)),
                ('campaign_id', models.BigIntegerField()),
                ('area_path', models.CharField(max_length=200)),
                ('facts', models.JSONField()),
                ('about', models.CharField(max_length=160)),
                ('asked_by', models.BigIntegerField()),
                ('asked_at', models.DateTimeField()),
                ('lapses_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('approved', 'Approved'), ('declined', 'Declined'), ('taken_back', 'Taken Back'), ('lapsed', 'Lapsed')], default='waiting', max_length=10)),
                ('decided_by', models.BigIntegerField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('said', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['campaign_id', 'state', 'asked_at'], name='waiting_act_by_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'declined']), _negated=True), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='waiting_act_decided_by_another'), models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('campaign_id', 'kind', 'subject'), name='waiting_act_once')],
            },
        ),
        migrations.CreateModel(
            name='RoleGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('organiser', 'Organiser'), ('captain', 'Captain'), ('auditor', 'Auditor'), ('recipient', 'Recipient'), ('vetter', 'Vetter')], max_length=16)),
                ('area_path', models.CharField(blank=True, max_length=200)),
                ('team_id', models.BigIntegerField(blank=True, null=True)),
                ('granted_by', models.BigIntegerField(blank=True, null=True)),
                ('granted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_by', models.BigIntegerField(blank=True, null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['role', 'area_path'], name='role_grant_by_place'), models.Index(condition=models.Q(('team_id__isnull', False)), fields=['team_id'], name='role_grant_by_team')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('area_path', ''), ('role', 'captain'), ('team_id__isnull', False)), models.Q(models.Q(('role', 'captain'), _negated=True), ('team_id__isnull', True), ('area_path__startswith', '/')), _connector='OR'), name='role_grant_reaches_a_team_or_an_area'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True), ('team_id__isnull', True)), fields=('account', 'role', 'area_path'), name='role_grant_of_an_area_once'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True), ('team_id__isnull', False)), fields=('account', 'team_id'), name='role_grant_of_a_team_once')],
            },
        ),
    ]
