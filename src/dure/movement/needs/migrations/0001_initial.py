
import datetime
import django.db.models.deletion
import django.db.models.expressions
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
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
            ],
            options={
                'indexes': [models.Index(fields=['campaign', 'day'], name='post_by_day'), models.Index(condition=models.Q(('lead_key__isnull', False)), fields=['lead_key'], name='post_by_lead')],
                'constraints': [models.CheckConstraint(condition=models.Q(('seats_taken__lte', models.F('seats'))), name='post_seats_within_wanted'), models.CheckConstraint(condition=models.Q(('seats__gte', 1)), name='post_has_a_seat'), models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='post_starts_first'), models.CheckConstraint(condition=models.Q(('ends_at__lte', django.db.models.expressions.CombinedExpression(models.F('starts_at'), '+', models.Value(datetime.timedelta(seconds=36000))))), name='post_is_at_most_10_h'), models.CheckConstraint(condition=models.Q(('tier__gte', 1), ('tier__lte', 3)), name='post_tier_is_1_to_3'), models.CheckConstraint(condition=models.Q(('physical__lte', 3)), name='post_physical_is_0_to_3'), models.CheckConstraint(condition=models.Q(('least_crew__lte', models.F('seats'))), name='post_least_crew_fits'), models.CheckConstraint(condition=models.Q(models.Q(('lead_key__isnull', True), ('people_per_lead', 0)), models.Q(('lead_key__isnull', False), ('people_per_lead__gte', 1)), _connector='OR'), name='post_lead_and_ratio_together')],
            },
        ),
    ]
