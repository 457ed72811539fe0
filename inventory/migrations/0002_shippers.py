"""Shippers, as a kind of unit that travels."""

from django.db import migrations, models

from audit.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0001_storage"),
    ]

    operations = [
        Together(
            operations=[
                migrations.AlterField(
                    model_name="containertype",
                    name="category",
                    field=models.CharField(
                        choices=[
                            ("tank", "LN2 tank"),
                            ("freezer", "Freezer"),
                            ("shipper", "Shipper"),
                            ("shelf", "Shelf"),
                            ("rack", "Rack"),
                            ("drawer", "Drawer"),
                            ("canister", "Canister"),
                            ("cane", "Cane"),
                            ("cassette_rack", "Cassette rack"),
                            ("box", "Box"),
                            ("bin", "Bin"),
                        ],
                        max_length=20,
                    ),
                ),
                migrations.AlterField(
                    model_name="historicalcontainertype",
                    name="category",
                    field=models.CharField(
                        choices=[
                            ("tank", "LN2 tank"),
                            ("freezer", "Freezer"),
                            ("shipper", "Shipper"),
                            ("shelf", "Shelf"),
                            ("rack", "Rack"),
                            ("drawer", "Drawer"),
                            ("canister", "Canister"),
                            ("cane", "Cane"),
                            ("cassette_rack", "Cassette rack"),
                            ("box", "Box"),
                            ("bin", "Bin"),
                        ],
                        max_length=20,
                    ),
                ),
            ]
        ),
    ]
