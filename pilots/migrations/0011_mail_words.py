"""The words of the choice of mail."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pilots', '0010_notices'),
    ]

    operations = [
        migrations.AlterField(
            model_name='user',
            name='mail',
            field=models.CharField(choices=[('at-once', 'at once'), ('daily', 'once a day'), ('none', 'not at all')], default='at-once', max_length=7, verbose_name='mail about notices'),
        ),
    ]
