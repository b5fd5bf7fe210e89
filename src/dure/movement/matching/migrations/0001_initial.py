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
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('input_digest', models.CharField(max_length=64)),
                ('people_count', models.PositiveIntegerField()),
                ('posts_count', models.PositiveIntegerField()),
                ('pairs_count', models.BigIntegerField()),
                ('standing_count', models.PositiveIntegerField(default=0)),
                ('placed_count', models.PositiveIntegerField()),
                ('seats_by_tier', models.JSONField()),
                ('filled_by_tier', models.JSONField()),
                ('value', models.BigIntegerField()),
                ('bound', models.BigIntegerField()),
                ('bound_scaled', models.BigIntegerField(default=0)),
                ('tier_unit', models.BigIntegerField(default=0)),
                ('cost_units', models.BigIntegerField()),
                ('travel_mean_m', models.PositiveIntegerField()),
                ('post_ids', models.BinaryField()),
                ('seats', models.BinaryField()),
                ('prices', models.BinaryField()),
                ('price_scale', models.PositiveIntegerField(default=1)),
                ('closed', models.BinaryField()),
                ('side', models.JSONField(blank=True, null=True)),
                ('relaxed', models.BinaryField(default=bytes)),
                ('held', models.BinaryField(default=bytes)),
                ('again', models.JSONField(blank=True, null=True)),
                ('solved_at', models.DateTimeField()),
                ('complete', models.BooleanField(default=False)),
                ('dropped', models.BooleanField(default=False)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('told_to', models.BigIntegerField(blank=True, null=True)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('campaign', 'day', 'round'), name='run_one_a_round'), models.CheckConstraint(condition=models.Q(('bound__gte', models.F('value'))), name='run_bound_holds'), models.CheckConstraint(condition=models.Q(('published_at__isnull', True), models.Q(('complete', True), ('expires_at__isnull', False)), _connector='OR'), name='run_is_published_whole')],
            },
        ),
        migrations.CreateModel(
            name='StandingPlacement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person',), name='standing_placement_one_a_person')],
            },
        ),
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('request_id', models.UUIDField(unique=True)),
                ('day', models.DateField()),
                ('turn', models.PositiveSmallIntegerField(default=1)),
                ('state', models.CharField(choices=[('accepted', 'Accepted'), ('present', 'Present'), ('done', 'Done'), ('no_show', 'No Show'), ('withdrawn', 'Withdrawn')], default='accepted', max_length=10)),
                ('accepted_at', models.DateTimeField()),
                ('checked_in_at', models.DateTimeField(blank=True, null=True)),
                ('checked_out_at', models.DateTimeField(blank=True, null=True)),
                ('worked_minutes', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('gave_seat', models.BooleanField(default=False)),
                ('said_here_at', models.DateTimeField(blank=True, null=True)),
                ('said_gone_at', models.DateTimeField(blank=True, null=True)),
                ('walked_in_by', models.BigIntegerField(blank=True, null=True)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.person')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='needs.post')),
            ],
            options={
                'indexes': [models.Index(fields=['day'], name='placement_by_day')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'withdrawn'), _negated=True), fields=('person', 'day', 'turn'), name='placement_one_a_day'), models.CheckConstraint(condition=models.Q(('checked_out_at__isnull', True), ('checked_in_at__isnull', False), _connector='OR'), name='placement_in_before_out')],
            },
        ),
        migrations.CreateModel(
            name='RunInput',
            fields=[
                ('run', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='matching.run')),
                ('person_steps', models.BinaryField()),
                ('home', models.BinaryField(default=bytes)),
                ('post_of', models.BinaryField(default=bytes)),
                ('overdue_steps', models.BinaryField(default=bytes)),
                ('first_steps', models.BinaryField(default=bytes)),
                ('again_steps', models.BinaryField(default=bytes)),
            ],
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('travel_m', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('expired', 'Expired'), ('withheld', 'Withheld')], default='open', max_length=8)),
                ('instead_of', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='needs.post')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
                ('post', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='needs.post')),
                ('run', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matching.run')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'person', 'post'), name='offer_once_a_run'), models.CheckConstraint(condition=models.Q(('instead_of__isnull', True), models.Q(('instead_of', models.F('post')), _negated=True), _connector='OR'), name='offer_is_of_another_post')],
            },
        ),
    ]
