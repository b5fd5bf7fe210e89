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
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True)),
                ('title', models.CharField(max_length=160)),
                ('text', models.TextField()),
                ('language', models.CharField(default='en', max_length=12)),
                ('asks', models.CharField(choices=[('people', 'People'), ('needs', 'Needs'), ('goods', 'Goods')], default='people', max_length=8)),
                ('channels', models.JSONField(default=list)),
                ('area_paths', models.JSONField(default=list)),
                ('skills', models.JSONField(default=list)),
                ('reserve_only', models.BooleanField(default=False)),
                ('wanted_count', models.PositiveIntegerField(blank=True, null=True)),
                ('opened_at', models.DateTimeField()),
                ('closes_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.JSONField(blank=True, null=True)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
            ],
            options={
                'indexes': [models.Index(fields=['campaign', '-opened_at'], name='appeal_newest_of_campaign')],
                'constraints': [models.CheckConstraint(condition=models.Q(('closes_at__isnull', True), ('closes_at__gt', models.F('opened_at')), _connector='OR'), name='appeal_opens_before_it_closes'), models.CheckConstraint(condition=models.Q(('wanted_count__isnull', True), ('wanted_count__gte', 1), _connector='OR'), name='appeal_wants_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('placed', 'Placed'), ('offered', 'Offered'), ('accepted', 'Accepted'), ('invited', 'Invited'), ('reserve', 'Reserve'), ('incomplete', 'Incomplete'), ('not_needed', 'Not Needed')], max_length=12)),
                ('reason', models.CharField(max_length=300)),
                ('by_date', models.DateField()),
                ('given_at', models.DateTimeField()),
                ('stands', models.BooleanField(default=True)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('stands', True)), fields=('person', 'campaign'), name='answer_one_stands')],
            },
        ),
        migrations.CreateModel(
            name='AppealText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=12)),
                ('title', models.CharField(max_length=160)),
                ('text', models.TextField()),
                ('appeal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='calls.appeal')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('appeal', 'language'), name='appeal_text_once_a_language')],
            },
        ),
        migrations.CreateModel(
            name='Drive',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(unique=True)),
                ('fingerprint', models.CharField(max_length=64)),
                ('code', models.SlugField(unique=True)),
                ('title', models.CharField(max_length=160)),
                ('text', models.TextField()),
                ('state', models.CharField(choices=[('unconfirmed', 'Unconfirmed'), ('gathering', 'Gathering'), ('waiting', 'Waiting'), ('opened', 'Opened'), ('declined', 'Declined'), ('lapsed', 'Lapsed')], default='unconfirmed', max_length=12)),
                ('support_wanted', models.PositiveIntegerField()),
                ('support_count', models.PositiveIntegerField(default=0)),
                ('proposed_at', models.DateTimeField()),
                ('gathers_until', models.DateField()),
                ('answer_by', models.DateField(blank=True, null=True)),
                ('answer', models.CharField(blank=True, max_length=1000)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.BigIntegerField(blank=True, null=True)),
                ('appeal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='calls.appeal')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'waiting'), _negated=True), ('answer_by__isnull', False), _connector='OR'), name='drive_waits_until_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('opened', 'declined')), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='drive_answer_has_words')],
            },
        ),
        migrations.CreateModel(
            name='SignUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(unique=True)),
                ('fingerprint', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('appeal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='calls.appeal')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
            ],
        ),
        migrations.CreateModel(
            name='Wave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(unique=True)),
                ('per_minute', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('running', 'Running'), ('met', 'Met'), ('through', 'Through'), ('stopped', 'Stopped')], default='running', max_length=8)),
                ('called_count', models.PositiveIntegerField(default=0)),
                ('after_since', models.DateTimeField(blank=True, null=True)),
                ('after_id', models.BigIntegerField(default=0)),
                ('minute_at', models.DateTimeField(blank=True, null=True)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('appeal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='calls.appeal')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('per_minute__gte', 1)), name='wave_calls_somebody'), models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('appeal',), name='wave_one_runs_a_call')],
            },
        ),
        migrations.CreateModel(
            name='Support',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('name', models.CharField(max_length=80)),
                ('shows_name', models.BooleanField(default=False)),
                ('is_proposer', models.BooleanField(default=False)),
                ('language', models.CharField(default='en', max_length=12)),
                ('cipher', models.BinaryField()),
                ('contact_hash', models.BinaryField(max_length=32)),
                ('at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('drive', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='calls.drive')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('drive', 'contact_hash'), name='support_once_a_contact')],
            },
        ),
        migrations.CreateModel(
            name='Reach',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('called_at', models.DateTimeField()),
                ('appeal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='calls.appeal')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='calls.wave')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('appeal', 'person'), name='reach_once_a_call')],
            },
        ),
    ]
