"""The rows behind roles and rights: renaming one would be a silent grant, so nobody can."""

from django.contrib.auth.models import Group, Permission

from audit.triggers import append_only, never_truncated


class RoleGroup(Group):
    """
    The group of one role; added by a migration, then as it is for ever.

    Source: 21 CFR 11.10(d), (g); URS-14.
    """

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [append_only(), never_truncated()]


class Right(Permission):
    """
    One right that people hold on programs and sites; as permanent as a role.

    Source: 21 CFR 11.10(d), (g); URS-14.
    """

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [append_only(), never_truncated()]
