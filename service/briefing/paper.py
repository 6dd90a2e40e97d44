"""What the paper says, in its order: headings, and sentences and tables whose numbers come from the figures.

`service.briefing.words` says what the places and brackets of a sentence mean. A figure of the board that no section
speaks of is not lost: it has a sentence of its own at the end.
"""

from dataclasses import dataclass


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


# Published changes, each with the metric whose later figure less its earlier one it states.
STATED_CHANGES = {
    "practice_staff_fte_increase_on_year": "practice_staff_fte",
    "gp_fte_increase_on_year": "gp_fte",
    "nurse_fte_increase_on_year": "nurse_fte",
    "direct_patient_care_fte_increase_on_year": "direct_patient_care_fte",
    "non_clinical_fte_increase_on_year": "non_clinical_fte",
    "additional_roles_fte_increase_since_january": "additional_roles_fte",
}
# Published differences from the region, each with the metric in which the two are compared.
STATED_DIFFERENCES = {"self_referral_rate_difference_to_region": "self_referral_rate"}
# Published rates, each with the count of events that it is a rate of.
COUNTED_BY = {"self_referral_rate": "self_referrals"}

PAPER = (
    Outline(
        "General practice services",
        (
            "{practices} general practices hold a core contract with the board ({practices:period}){practices:since}.",
            "The Care Quality Commission rates {cqc_good_or_outstanding_percent} of practices good or outstanding "
            "({cqc_good_or_outstanding_percent:period}){cqc_good_or_outstanding_percent:since}.",
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
            "{primary_care_networks} networks of practices cover the area ({primary_care_networks:period})"
            "{primary_care_networks:since}.",
            "{orphan_practices} practices belong to none ({orphan_practices:period}){orphan_practices:since}.",
        ),
        ("partnerships", "networks"),
    ),
    Outline(
        "GP appointments",
        (
            "{face_to_face_appointments_percent} of appointments are face to face or at home "
            "({face_to_face_appointments_percent:period}){face_to_face_appointments_percent:since}.",
            "Practices delivered {appointments} appointments ({appointments:period}){appointments:since}.",
            "Against the same months one year before that is {appointments_increase_on_year:stated}[, and against "
            "those two years before {appointments_increase_on_two_years:stated}] "
            "({appointments_increase_on_year:period}).",
        ),
    ),
    Outline(
        "Workforce",
        (
            "Practices directly employ {practice_staff_fte} staff ({practice_staff_fte:period})[, "
            "{practice_staff_fte:change}].",
            "GPs make up {gp_fte} ({gp_fte:period})[, {gp_fte:change}].",
            "Nurses make up {nurse_fte} ({nurse_fte:period})[, {nurse_fte:change}].",
            "Other staff who care for patients directly make up {direct_patient_care_fte} "
            "({direct_patient_care_fte:period})[, {direct_patient_care_fte:change}].",
            "Staff without a clinical role make up {non_clinical_fte} ({non_clinical_fte:period})[, "
            "{non_clinical_fte:change}].",
            "In the roles for which networks are reimbursed there are {additional_roles_fte} "
            "({additional_roles_fte:period})[, {additional_roles_fte:change}].",
        ),
    ),
    Outline(
        "Workforce development",
        (
            "{new_to_practice_recruits} GPs and nurses joined New to Practice ({new_to_practice_recruits:period})"
            "{new_to_practice_recruits:since}.",
            "{quality_assured_networks_percent} of networks are approved as learning environments "
            "({quality_assured_networks_percent:period}){quality_assured_networks_percent:since}.",
            "{trained_mentors} mentors are trained ({trained_mentors:period}){trained_mentors:since}[, and "
            "{active_mentors} are active{active_mentors:since}].",
            "{mental_health_first_aiders} mental health first aiders are trained ({mental_health_first_aiders:period})"
            "{mental_health_first_aiders:since}.",
            "{networks_with_training_practice} networks have a practice that trains GPs "
            "({networks_with_training_practice:period}){networks_with_training_practice:since}[, and "
            "{networks_with_medical_school_placements} give placements to the medical school"
            "{networks_with_medical_school_placements:since}].",
            "{networks_with_educational_leadership_percent} of networks have an educational leadership team "
            "({networks_with_educational_leadership_percent:period})"
            "{networks_with_educational_leadership_percent:since}.",
            "{development_funds_at_place_percent} of the networks' development funds are coordinated at place "
            "({development_funds_at_place_percent:period}){development_funds_at_place_percent:since}.",
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
            "{nhs_app_available_percent} of practices offer the NHS App ({nhs_app_available_percent:period})"
            "{nhs_app_available_percent:since}.",
            "{nhs_app_registered_percent} of eligible patients are registered for all of it "
            "({nhs_app_registered_percent:period}){nhs_app_registered_percent:since}.",
            "{nhs_app_survey_responses} people answered the board's survey about the App "
            "({nhs_app_survey_responses:period}).",
        ),
    ),
    Outline(
        "Empowering patients: self-referral",
        (
            "Patients referred themselves to community health services at a rate of {self_referral_rate} people "
            "({self_referral_rate:period})[, {self_referral_rate:rank}][, {self_referral_rate:against@region}].",
            "{self_referrals} self-referrals were made ({self_referrals:period}){self_referrals:since}"
            "[, {self_referrals:goal}].",
        ),
        ("boards",),
    ),
    Outline(
        "Empowering patients: community pharmacy",
        (
            "{pharmacy_first_pharmacies_percent} of pharmacies are signed up to Pharmacy First "
            "({pharmacy_first_pharmacies_percent:period}){pharmacy_first_pharmacies_percent:since}.",
            "Pharmacy First had {pharmacy_first_referrals} referrals ({pharmacy_first_referrals:period})"
            "{pharmacy_first_referrals:since}[; {pharmacy_first_clinical_consultations} were clinical consultations"
            "{pharmacy_first_clinical_consultations:since}].",
            "{pharmacy_first_practice_sessions} sessions about it were held with practices "
            "({pharmacy_first_practice_sessions:period}){pharmacy_first_practice_sessions:since}.",
            "{blood_pressure_check_pharmacies_percent} are signed up to check blood pressure "
            "({blood_pressure_check_pharmacies_percent:period}){blood_pressure_check_pharmacies_percent:since}[, with "
            "{blood_pressure_check_referrals} referrals ({blood_pressure_check_referrals:period})"
            "{blood_pressure_check_referrals:since}].",
            "{contraception_pharmacies_percent} are signed up to provide contraception "
            "({contraception_pharmacies_percent:period}){contraception_pharmacies_percent:since}[, with "
            "{contraception_referrals} referrals ({contraception_referrals:period}){contraception_referrals:since}].",
        ),
    ),
    Outline(
        "Modern general practice access: telephones",
        (
            "{cloud_telephony_percent} of practices have cloud telephony ({cloud_telephony_percent:period})"
            "{cloud_telephony_percent:since}[, {cloud_telephony_percent:goal}].",
            "{call_queuing_percent} hold callers in a queue ({call_queuing_percent:period}){call_queuing_percent:since}"
            "[, {call_queuing_percent:goal}].",
            "{call_back_percent} call back ({call_back_percent:period}){call_back_percent:since}"
            "[, {call_back_percent:goal}].",
        ),
        ("telephones",),
    ),
    Outline(
        "Modern general practice access: support and plans",
        (
            "{support_level_framework_practices} practices went through the support level framework "
            "({support_level_framework_practices:period}){support_level_framework_practices:since}.",
            "{peer_ambassadors} peer ambassadors were recruited ({peer_ambassadors:period}){peer_ambassadors:since}.",
            "{networks_with_access_plan_percent} of networks had an access plan that the board signed off "
            "({networks_with_access_plan_percent:period}){networks_with_access_plan_percent:since}[; "
            "{networks_evidencing_improvement} networks evidenced improvement in all its areas"
            "{networks_evidencing_improvement:since}].",
            "{access_incentive_percent} of the networks' incentive fund depends on access "
            "({access_incentive_percent:period}){access_incentive_percent:since}.",
            "{capacity_and_access_declarations_percent} of networks declared their capacity and access "
            "({capacity_and_access_declarations_percent:period}){capacity_and_access_declarations_percent:since}"
            "[, {capacity_and_access_declarations_percent:goal}].",
        ),
    ),
    Outline(
        "Cutting bureaucracy: registration",
        (
            "{register_with_gp_percent} of practices use Register with a GP surgery ({register_with_gp_percent:period})"
            "{register_with_gp_percent:since}[, {register_with_gp_percent:against@region}]"
            "[, {register_with_gp_percent:goal}].",
            "The service matches {register_with_gp_match_percent} of registrations to an NHS number "
            "({register_with_gp_match_percent:period}){register_with_gp_match_percent:since}.",
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
