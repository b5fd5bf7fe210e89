
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Area',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('country', 'Country'), ('region', 'Region'), ('town', 'Town')], max_length=10)),
                ('code', models.CharField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('name_local', models.CharField(blank=True, max_length=120)),
                ('path', models.CharField(max_length=200, unique=True)),
                ('lat', models.FloatField()),
                ('lon', models.FloatField()),
                ('population', models.PositiveBigIntegerField(default=0)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('lat__gte', -90), ('lat__lte', 90), ('lon__gte', -180), ('lon__lte', 180)), name='area_is_on_earth'), models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('kind', 'country'), _negated=True), _connector='OR'), name='area_country_is_a_root')],
            },
        ),
    ]
