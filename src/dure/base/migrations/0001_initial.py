
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
            name='RoleGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('organiser', 'Organiser'), ('captain', 'Captain'), ('auditor', 'Auditor'), ('recipient', 'Recipient'), ('vetter', 'Vetter')], max_length=16)),
                ('area_path', models.CharField(blank=True, max_length=200)),
                ('team_id', models.BigIntegerField(blank=True, null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('area_path', ''), ('role', 'captain'), ('team_id__isnull', False)), models.Q(models.Q(('role', 'captain'), _negated=True), ('team_id__isnull', True), ('area_path__startswith', '/')), _connector='OR'), name='role_grant_reaches_a_team_or_an_area'), models.UniqueConstraint(fields=('account', 'role', 'area_path', 'team_id'), name='role_grant_once', nulls_distinct=False)],
            },
        ),
    ]
