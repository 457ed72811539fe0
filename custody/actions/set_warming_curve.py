"""Setting by which curve the temperature of vials that are out is estimated."""

from datetime import datetime

from django.db.models import Max

from accounts.authority import require_role
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.constraints import MEANWHILE, refused_by
from audit.errors import refuse_if
from custody.curves_in_force import lock_curves
from custody.models import WarmingCurve
from custody.rules.curves import CurveFacts, refusals_of_curve, refusals_of_overlap


def set_warming_curve(*, facts: CurveFacts, intent: SignedIntent, at: datetime) -> WarmingCurve:
    """
    Put a new version of a warming curve in force, signed by QA; every time out is estimated anew.

    Raises NotAuthorised; ActionRefused (NAME_MISSING, VOLUME_OUT_OF_BOUNDS,
    THRESHOLD_OUT_OF_BOUNDS, NO_QUALIFICATION, QUALIFIED_LATER, ENDS_IN_THE_PAST, NO_CURVE,
    POINTS_OUT_OF_ORDER, COLDER_AGAIN, POINTS_OUT_OF_BOUNDS, CURVE_TOO_LONG, CURVES_OVERLAP, BUSY).
    Source: REQUIREMENTS B5; URS-104, URS-112.
    """
    with signed_change(intent, action="set_warming_curve") as change:
        name = " ".join(facts.name.split())
        change.subject.update(warming_curve=name)
        others = lock_curves()
        require_role(intent.signer, [Role.QA])
        refuse_if(refusals_of_curve(facts, at=at) + refusals_of_overlap(facts, name, others))
        rows = WarmingCurve.objects.filter(name=name)
        row = WarmingCurve(
            name=name,
            version=1 + (rows.aggregate(newest=Max("version"))["newest"] or 0),
            kind=facts.kind,
            least_ml=facts.least_ml,
            most_ml=facts.most_ml,
            storage_class=facts.storage_class,
            way=facts.way,
            points=[[seconds, celsius] for seconds, celsius in facts.points],
            warm_above_celsius=facts.warm_above,
            qualification=facts.qualification.strip(),
            qualified_on=facts.qualified_on,
            valid_until=facts.valid_until,
            is_in_use=facts.is_in_use,
        )
        with refused_by("custody_each_curve_version_once", MEANWHILE):
            row.save(force_insert=True)
        change.sign([row])
    return row
