"""Setting where a person is reached."""

from accounts.authority import require_role
from accounts.models import Person
from accounts.roles import Role
from audit.authors import SignedIntent
from audit.changes import signed_change
from audit.errors import NotFound, refuse_if
from temperature.models import ChannelKind, Contact
from temperature.rules.channels import NOTHING_CHANGES, UNKNOWN_PERSON, refusals_of_address


def set_contact(
    *, person_id: int, kind: ChannelKind, address: str, intent: SignedIntent
) -> Contact:
    """
    Set the address of a person for one kind of channel, signed by an administrator.

    address: empty to reach them that way no more.
    Raises NotAuthorised; NotFound (UNKNOWN_PERSON); ActionRefused (NO_ADDRESSES,
    ADDRESS_MALFORMED, NOTHING_CHANGES). Source: URS-110.
    """
    with signed_change(intent, action="set_contact") as change:
        require_role(intent.signer, [Role.ADMINISTRATOR])
        rows = Person.objects.select_for_update(of=("self",), no_key=True)
        person = rows.filter(pk=person_id, is_active=True, is_shared=False).first()
        if person is None:
            raise NotFound([UNKNOWN_PERSON])
        change.subject.update(person=person.user_id)
        address = address.strip()
        refuse_if(refusals_of_address(kind, address))
        contact = Contact.objects.filter(person=person, kind=kind).first()
        refuse_if(
            [NOTHING_CHANGES] if address == ("" if contact is None else contact.address) else []
        )
        if contact is None:
            contact = Contact(person=person, kind=kind, address=address)
            contact.save(force_insert=True)
        else:
            contact.address = address
            contact.save(update_fields=["address"])
        change.sign([contact])
    return contact
