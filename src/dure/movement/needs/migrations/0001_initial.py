import datetime
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('base', '__first__'),
        ('calls', '0001_initial'),
        ('campaigns', '0001_initial'),
        ('people', '0001_initial'),
        ('places', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='NeedRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(unique=True)),
                ('fingerprint', models.CharField(max_length=64)),
                ('institution', models.CharField(max_length=120)),
                ('contact_cipher', models.BinaryField(default=bytes)),
                ('title', models.CharField(max_length=160)),
                ('cause', models.CharField(max_length=40)),
                ('days', models.JSONField()),
                ('starts', models.TimeField()),
                ('ends', models.TimeField()),
                ('seats', models.PositiveIntegerField()),
                ('physical', models.PositiveSmallIntegerField(default=1)),
                ('skills', models.JSONField(default=list)),
                ('with_children', models.BooleanField(default=False)),
                ('hazardous', models.BooleanField(default=False)),
                ('bring', models.CharField(blank=True, max_length=200)),
                ('asked_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('asked', 'Asked'), ('published', 'Published'), ('declined', 'Declined')], default='asked', max_length=10)),
                ('decided_by', models.BigIntegerField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('said', models.CharField(blank=True, max_length=200)),
                ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('appeal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='calls.appeal')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
            ],
            options={
                'indexes': [models.Index(fields=['campaign', 'state', 'asked_at'], name='need_request_by_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('seats__gte', 1)), name='need_request_has_a_seat'), models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', True), ('state', 'asked')), models.Q(models.Q(('state', 'asked'), _negated=True), ('decided_by__isnull', False), models.Q(('said', ''), _negated=True)), _connector='OR'), name='need_request_decided_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('day', models.DateField()),
                ('title', models.CharField(max_length=160)),
                ('lat', models.FloatField()),
                ('lon', models.FloatField()),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('seats', models.PositiveIntegerField()),
                ('seats_taken', models.PositiveIntegerField(default=0)),
                ('tier', models.PositiveSmallIntegerField()),
                ('cause', models.CharField(max_length=40)),
                ('skills', models.JSONField(default=list)),
                ('languages', models.JSONField(default=list)),
                ('min_age', models.PositiveSmallIntegerField(default=0)),
                ('hazardous', models.BooleanField(default=False)),
                ('night', models.BooleanField(default=False)),
                ('lone', models.BooleanField(default=False)),
                ('with_children', models.BooleanField(default=False)),
                ('physical', models.PositiveSmallIntegerField(default=1)),
                ('bring', models.CharField(blank=True, max_length=200)),
                ('least_crew', models.PositiveIntegerField(default=0)),
                ('lead_key', models.UUIDField(blank=True, null=True)),
                ('people_per_lead', models.PositiveIntegerField(default=0)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('stood_down_at', models.DateTimeField(blank=True, null=True)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
            ],
            options={
                'indexes': [models.Index(fields=['campaign', 'day', 'title'], name='post_by_day'), models.Index(condition=models.Q(('lead_key__isnull', False)), fields=['lead_key'], name='post_by_lead')],
                'constraints': [models.CheckConstraint(condition=models.Q(('seats_taken__lte', models.F('seats'))), name='post_seats_within_wanted'), models.CheckConstraint(condition=models.Q(('seats__gte', 1)), name='post_has_a_seat'), models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='post_starts_first'), models.CheckConstraint(condition=models.Q(('ends_at__lte', django.db.models.expressions.CombinedExpression(models.F('starts_at'), '+', models.Value(datetime.timedelta(seconds=36000))))), name='post_is_at_most_10_h'), models.CheckConstraint(condition=models.Q(('tier__gte', 1), ('tier__lte', 3)), name='post_tier_is_1_to_3'), models.CheckConstraint(condition=models.Q(('physical__lte', 3)), name='post_physical_is_0_to_3'), models.CheckConstraint(condition=models.Q(('least_crew__lte', models.F('seats'))), name='post_least_crew_fits'), models.CheckConstraint(condition=models.Q(models.Q(('lead_key__isnull', True), ('people_per_lead', 0)), models.Q(('lead_key__isnull', False), ('people_per_lead__gte', 1)), _connector='OR'), name='post_lead_and_ratio_together')],
            },
        ),
        migrations.CreateModel(
            name='HelpAsk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('words', models.CharField(blank=True, max_length=500)),
                ('people_wanted', models.PositiveIntegerField(blank=True, null=True)),
                ('asked_by', models.BigIntegerField(blank=True, null=True)),
                ('asked_at', models.DateTimeField()),
                ('heard_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.BigIntegerField(blank=True, null=True)),
                ('answer', models.CharField(blank=True, max_length=200)),
                ('area', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
                ('request', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='needs.needrequest')),
                ('post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='needs.post')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('answered_at__isnull', True)), fields=['campaign', 'heard_at'], name='help_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('answered_at__isnull', True), models.Q(('answer', ''), _negated=True), ('words', ''), _connector='OR'), name='help_answered_in_words')],
            },
        ),
    ]
