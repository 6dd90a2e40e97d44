"""What the paper says, in its order: headings, and sentences and tables whose numbers come from the figures.

`service.briefing.words` says what the places and brackets of a sentence mean. A figure of the board that no section
speaks of is not lost: it has a sentence of its own at the end.
"""

import datetime as dt
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class List:
    """A table with a row for each metric: its words, its latest figure and the period."""

    caption: str
    first: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Outline:
    """One section. A table is a list of figures, or the name of one in `service.briefing.tables`."""

    heading: str
    sentences: tuple[str, ...] = ()
    tables: tuple[List | str, ...] = ()


class Baseline(Enum):
    """What a published change is a change from: the days before a figure's end on which the earlier one's may be."""

    A_YEAR_BEFORE = (365, 366)
    TWO_YEARS_BEFORE = (730, 731)
    JANUARY = ()

    def is_of(self, later: dt.date, earlier: dt.date) -> bool:
        """Whether a period that ends on the earlier day is the baseline of one that ends on the later."""
        if self is Baseline.JANUARY:
            return (earlier.year, earlier.month) == (later.year, 1) and later.month > 1
        return (later - earlier).days in self.value


@dataclass(frozen=True)
class Stated:
    """What a published change is a change of."""

    metric: str
    since: Baseline


STATED_CHANGES = {
    **{
        f"{metric}_increase_on_year": Stated(metric, Baseline.A_YEAR_BEFORE)
        for metric in ("practice_staff_fte", "gp_fte", "nurse_fte", "direct_patient_care_fte", "non_clinical_fte")
    },
    "additional_roles_fte_increase_since_january": Stated("additional_roles_fte", Baseline.JANUARY),
    "appointments_increase_on_year": Stated("appointments", Baseline.A_YEAR_BEFORE),
    "appointments_increase_on_two_years": Stated("appointments", Baseline.TWO_YEARS_BEFORE),
}
# Published differences from the region, each with the metric in which the two are compared.
STATED_DIFFERENCES = {"self_referral_rate_difference_to_region": "self_referral_rate"}
# Published rates, each with the count of events that it is a rate of.
COUNTED_BY = {"self_referral_rate": "self_referrals"}
# Metrics whose parts are all there are: together they make up the whole.
WHOLES = frozenset({"practices", "practice_staff_fte"})

PAPER = (
    Outline(
        "General practice services",
        (
            "{practices} general <practice holds|practices hold> a core contract with the board{practices:history}.",
            "The Care Quality Commission rates {cqc_good_or_outstanding_percent} of practices good or outstanding"
            "{cqc_good_or_outstanding_percent:history}.",
        ),
        (
            List(
                "Practices by their rating by the Care Quality Commission",
                "Rating",
                (
                    ("Outstanding", "cqc_outstanding_practices"),
                    ("Good", "cqc_good_practices"),
                    ("Requires improvement", "cqc_requires_improvement_practices"),
                    ("Unrated, awaiting inspection", "cqc_unrated_practices"),
                ),
            ),
        ),
    ),
    Outline(
        "Primary care networks",
        (
            "{primary_care_networks} <network of practices covers|networks of practices cover> the area"
            "{primary_care_networks:history}.",
            "{orphan_practices} <practice belongs|practices belong> to none{orphan_practices:history}.",
        ),
        ("partnerships", "networks"),
    ),
    Outline(
        "GP appointments",
        (
            "{face_to_face_appointments_percent} of appointments are face to face or at home"
            "{face_to_face_appointments_percent:history}.",
            "Practices delivered {appointments} <appointment|appointments>{appointments:history}.",
            "Against the same months one year before that is {appointments_increase_on_year:stated}[, and against "
            "those two years before {appointments_increase_on_two_years:stated}]"
            "{appointments_increase_on_year:dated}.",
        ),
    ),
    Outline(
        "Workforce",
        (
            "Practices directly employ {practice_staff_fte} staff{practice_staff_fte:dated}[, "
            "{practice_staff_fte:change}].",
            "GPs make up {gp_fte}{gp_fte:dated}[, {gp_fte:change}].",
            "Nurses make up {nurse_fte}{nurse_fte:dated}[, {nurse_fte:change}].",
            "Other staff who care for patients directly make up {direct_patient_care_fte}"
            "{direct_patient_care_fte:dated}[, {direct_patient_care_fte:change}].",
            "Staff without a clinical role make up {non_clinical_fte}{non_clinical_fte:dated}[, "
            "{non_clinical_fte:change}].",
            "In the roles for which networks are reimbursed there are {additional_roles_fte}"
            "{additional_roles_fte:dated}[, {additional_roles_fte:change}].",
        ),
    ),
    Outline(
        "Workforce development",
        (
            "{new_to_practice_recruits} <GP or nurse|GPs and nurses> joined New to Practice"
            "{new_to_practice_recruits:history}.",
            "{quality_assured_networks_percent} of networks are approved as learning environments"
            "{quality_assured_networks_percent:history}.",
            "{trained_mentors} <mentor is|mentors are> trained{trained_mentors:history}[, and "
            "{active_mentors} <is|are> active{active_mentors:history}].",
            "{mental_health_first_aiders} mental health first <aider is|aiders are> trained"
            "{mental_health_first_aiders:history}.",
            "{networks_with_training_practice} <network has|networks have> a practice that trains GPs"
            "{networks_with_training_practice:history}[, and "
            "{networks_with_medical_school_placements} <gives|give> placements to the medical school"
            "{networks_with_medical_school_placements:history}].",
            "{networks_with_educational_leadership_percent} of networks have an educational leadership team"
            "{networks_with_educational_leadership_percent:history}.",
            "{development_funds_at_place_percent} of the networks' development funds are coordinated at place"
            "{development_funds_at_place_percent:history}.",
        ),
        (
            List(
                "Supervisors and assessors of learners",
                "Who",
                (
                    ("Clinical supervisors", "clinical_supervisors"),
                    ("Educational supervisors", "educational_supervisors"),
                    ("Practices supporting GP trainees", "practices_supporting_gp_trainees"),
                    ("Nurse assessors", "nurse_assessors"),
                    ("Supervisors", "supervisors"),
                ),
            ),
        ),
    ),
    Outline(
        "Empowering patients: NHS App",
        (
            "{nhs_app_available_percent} of practices offer the NHS App{nhs_app_available_percent:history}.",
            "{nhs_app_registered_percent} of eligible patients are registered for all of it"
            "{nhs_app_registered_percent:history}.",
            "{nhs_app_survey_responses} <person|people> answered the board's survey about the App"
            "{nhs_app_survey_responses:dated}.",
        ),
    ),
    Outline(
        "Empowering patients: self-referral",
        (
            "Patients referred themselves to community health services at a rate of {self_referral_rate} people"
            "{self_referral_rate:history}[, {self_referral_rate:rank}][, {self_referral_rate:against@region}].",
            "{self_referrals} <self-referral was|self-referrals were> made{self_referrals:history}"
            "[, {self_referrals:goal}].",
        ),
        ("boards",),
    ),
    Outline(
        "Empowering patients: community pharmacy",
        (
            "{pharmacy_first_pharmacies_percent} of pharmacies are signed up to Pharmacy First"
            "{pharmacy_first_pharmacies_percent:history}.",
            "Pharmacy First had {pharmacy_first_referrals} <referral|referrals>{pharmacy_first_referrals:history}[; "
            "{pharmacy_first_clinical_consultations} <was a clinical consultation|were clinical consultations>"
            "{pharmacy_first_clinical_consultations:history}].",
            "{pharmacy_first_practice_sessions} <session about it was|sessions about it were> held with practices"
            "{pharmacy_first_practice_sessions:history}.",
            "{blood_pressure_check_pharmacies_percent} are signed up to check blood pressure"
            "{blood_pressure_check_pharmacies_percent:history}[, with "
            "{blood_pressure_check_referrals} <referral|referrals>{blood_pressure_check_referrals:history}].",
            "{contraception_pharmacies_percent} are signed up to provide contraception"
            "{contraception_pharmacies_percent:history}[, with "
            "{contraception_referrals} <referral|referrals>{contraception_referrals:history}].",
        ),
    ),
    Outline(
        "Modern general practice access: telephones",
        (
            "{cloud_telephony_percent} of practices have cloud telephony{cloud_telephony_percent:history}[, "
            "{cloud_telephony_percent:goal}].",
            "{call_queuing_percent} hold callers in a queue{call_queuing_percent:history}"
            "[, {call_queuing_percent:goal}].",
            "{call_back_percent} call back{call_back_percent:history}[, {call_back_percent:goal}].",
        ),
        ("telephones",),
    ),
    Outline(
        "Modern general practice access: support and plans",
        (
            "{support_level_framework_practices} <practice|practices> went through the support level framework"
            "{support_level_framework_practices:history}.",
            "{peer_ambassadors} peer <ambassador was|ambassadors were> recruited{peer_ambassadors:history}.",
            "{networks_with_access_plan_percent} of networks had an access plan that the board signed off"
            "{networks_with_access_plan_percent:history}[; "
            "{networks_evidencing_improvement} <network|networks> evidenced improvement in all its areas"
            "{networks_evidencing_improvement:history}].",
            "{access_incentive_percent} of the networks' incentive fund depends on access"
            "{access_incentive_percent:history}.",
            "{capacity_and_access_declarations_percent} of networks declared their capacity and access"
            "{capacity_and_access_declarations_percent:history}"
            "[, {capacity_and_access_declarations_percent:goal}].",
        ),
    ),
    Outline(
        "Cutting bureaucracy: registration",
        (
            "{register_with_gp_percent} of practices use Register with a GP surgery"
            "{register_with_gp_percent:history}[, {register_with_gp_percent:against@region}]"
            "[, {register_with_gp_percent:goal}].",
            "The service matches {register_with_gp_match_percent} of registrations to an NHS number"
            "{register_with_gp_match_percent:history}.",
        ),
    ),
    Outline(
        "Cutting bureaucracy: primary and secondary care",
        tables=(
            List(
                "What the trusts reached in each area of the interface, as a share of the most that they could",
                "Area",
                (
                    ("Onward referrals", "interface_onward_referrals_percent"),
                    ("Complete care: fit notes", "interface_fit_notes_percent"),
                    ("Complete care: discharge summaries", "interface_discharge_summaries_percent"),
                    ("Call and recall", "interface_call_and_recall_percent"),
                    ("Clear points of contact", "interface_points_of_contact_percent"),
                ),
            ),
        ),
    ),
    Outline("Progress against targets", tables=("targets",)),
)
FURTHER = "Further figures"
DEFINITIONS = "Definitions"
