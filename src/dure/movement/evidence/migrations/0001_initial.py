
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('campaigns', '0001_initial'),
        ('needs', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Photo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('day', models.DateField()),
                ('digest', models.CharField(max_length=64)),
                ('byte_count', models.PositiveIntegerField()),
                ('width_px', models.PositiveIntegerField()),
                ('height_px', models.PositiveIntegerField()),
                ('wiped', models.BooleanField()),
                ('taken_at', models.DateTimeField()),
                ('kept_at', models.DateTimeField()),
                ('kept_by', models.BigIntegerField(blank=True, null=True)),
                ('gone_at', models.DateTimeField(blank=True, null=True)),
                ('gone_by', models.BigIntegerField(blank=True, null=True)),
                ('gone_why', models.CharField(blank=True, max_length=200)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='needs.post')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
            ],
            options={
                'indexes': [models.Index(fields=['team', 'day'], name='photo_by_team'), models.Index(condition=models.Q(('gone_at__isnull', True)), fields=['digest'], name='photo_by_digest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('gone_at__isnull', True), models.Q(('gone_why', ''), _negated=True), _connector='OR'), name='photo_gone_for_a_reason')],
            },
        ),
    ]
