"""Every number of the briefing, as the paper prints it, and the figure that it is.

`>` is over, `~` is around or some. Typed from the paper, not from seeds/figures.csv.
"""

NUMBERS = """
    177         practices                                       QKS               2025-01-31
    8           cqc_outstanding_practices                       QKS               2025-01-31
    132         cqc_good_practices                              QKS               2025-01-31
    16          cqc_requires_improvement_practices              QKS               2025-01-31
    21          cqc_unrated_practices                           QKS               2025-01-31
    79          cqc_good_or_outstanding_percent                 QKS               2025-01-31
    43          primary_care_networks                           QKS               2025-01-31
    7           primary_care_networks                           HCP-DGS           2025-01-31
    9           primary_care_networks                           HCP-WEST-KENT     2025-01-31
    11          primary_care_networks                           HCP-MEDWAY-SWALE  2025-01-31
    16          primary_care_networks                           HCP-EAST-KENT     2025-01-31
    4           orphan_practices                                QKS               2025-01-31
    2           orphan_practices                                HCP-DGS           2025-01-31
    2           orphan_practices                                HCP-WEST-KENT     2025-01-31
    0           orphan_practices                                HCP-MEDWAY-SWALE  2025-01-31
    0           orphan_practices                                HCP-EAST-KENT     2025-01-31
    ~66.7       face_to_face_appointments_percent               QKS               2023-12-01/2024-11-30
    >11,000,000 appointments                                    QKS               2023-12-01/2024-11-30
    >255,000    appointments_increase_on_year                   QKS               2023-12-01/2024-11-30
    >938,000    appointments_increase_on_two_years              QKS               2023-12-01/2024-11-30
    4,802       practice_staff_fte                              QKS               2024-11
    4,562       practice_staff_fte                              QKS               2023-11
    240         practice_staff_fte_increase_on_year             QKS               2024-11
    946         gp_fte                                          QKS               2024-11
    939         gp_fte                                          QKS               2023-11
    7           gp_fte_increase_on_year                         QKS               2024-11
    560         nurse_fte                                       QKS               2024-11
    528         nurse_fte                                       QKS               2023-11
    32          nurse_fte_increase_on_year                      QKS               2024-11
    686         direct_patient_care_fte                         QKS               2024-11
    629         direct_patient_care_fte                         QKS               2023-11
    57          direct_patient_care_fte_increase_on_year        QKS               2024-11
    2,610       non_clinical_fte                                QKS               2024-11
    2,466       non_clinical_fte                                QKS               2023-11
    144         non_clinical_fte_increase_on_year               QKS               2024-11
    1,031       additional_roles_fte                            QKS               2024-12
    965         additional_roles_fte                            QKS               2024-01
    66          additional_roles_fte_increase_since_january     QKS               2024-12
    >90         new_to_practice_recruits                        QKS               2024-25
    47          trained_mentors                                 QKS               2025-01-31
    35          active_mentors                                  QKS               2025-01-31
    120         mental_health_first_aiders                      QKS               2025-01-31
    93          clinical_supervisors                            QKS               2025-01-31
    160         educational_supervisors                         QKS               2025-01-31
    89          practices_supporting_gp_trainees                QKS               2025-01-31
    204         nurse_assessors                                 QKS               2025-01-31
    90          supervisors                                     QKS               2025-01-31
    38          networks_with_training_practice                 QKS               2025-01-31
    32          networks_with_medical_school_placements         QKS               2025-01-31
    100         networks_with_educational_leadership_percent    QKS               2025-01-31
    100         development_funds_at_place_percent              QKS               2025-01-31
    100         nhs_app_available_percent                       QKS               2025-01-31
    54.5        nhs_app_registered_percent                      QKS               2025-01-31
    ~1,563      nhs_app_survey_responses                        QKS               2025-01-31
    578.5       self_referral_rate                              QKS               2024-07
    292.7       self_referral_rate                              QU9               2024-07
    265.4       self_referral_rate                              QNQ               2024-07
    360.7       self_referral_rate                              QRL               2024-07
    167.3       self_referral_rate                              QXU               2024-07
    180.8       self_referral_rate                              QNX               2024-07
    323.9       self_referral_rate                              Y59               2024-07
    254.6       self_referral_rate_difference_to_region         QKS               2024-07
    -31.2       self_referral_rate_difference_to_region         QU9               2024-07
    -58.5       self_referral_rate_difference_to_region         QNQ               2024-07
    36.8        self_referral_rate_difference_to_region         QRL               2024-07
    -156.6      self_referral_rate_difference_to_region         QXU               2024-07
    -143.1      self_referral_rate_difference_to_region         QNX               2024-07
    10,777      self_referrals                                  QKS               2024-04-01/2024-07-31
    97          pharmacy_first_pharmacies_percent               QKS               2025-01-31
    107,458     pharmacy_first_referrals                        QKS               2024-01-31/2024-09-30
    43,409      pharmacy_first_clinical_consultations           QKS               2024-01-31/2024-09-30
    25          pharmacy_first_practice_sessions                QKS               2025-01-31
    92          blood_pressure_check_pharmacies_percent         QKS               2025-01-31
    38,280      blood_pressure_check_referrals                  QKS               2024-04-01/2024-09-30
    82          contraception_pharmacies_percent                QKS               2025-01-31
    4,941       contraception_referrals                         QKS               2024-04-01/2024-09-30
    100         cloud_telephony_percent                         QKS               2025-01-31
    100         call_queuing_percent                            QKS               2025-01-31
    69.57       call_back_percent                               QKS               2025-01-31
    129         support_level_framework_practices               QKS               2023-04-01/2025-01-31
    9           peer_ambassadors                                QKS               2024-01-01/2024-12-31
    100         networks_with_access_plan_percent               QKS               2023-24
    41          networks_evidencing_improvement                 QKS               2023-24
    30          access_incentive_percent                        QKS               2023-24
    30          access_incentive_percent                        QKS               2024-25
    89.56       register_with_gp_percent                        QKS               2025-01-31
    73.8        register_with_gp_percent                        Y59               2025-01-31
    ~90         register_with_gp_match_percent                  QKS               2025-01-31
    87.5        interface_onward_referrals_percent              QKS               2025-01-31
    12.5        interface_fit_notes_percent                     QKS               2025-01-31
    50          interface_discharge_summaries_percent           QKS               2025-01-31
    50          interface_call_and_recall_percent               QKS               2025-01-31
    75          interface_points_of_contact_percent             QKS               2025-01-31
"""

# The printed 95 % limits of the table of self-referral rates.
LIMITS = """
    QU9   284.4  301.1
    QNQ   253.2  278.0
    QRL   352.1  369.5
    QKS   567.6  589.6
    QXU   159.7  175.1
    QNX   174.7  186.9
"""

GOALS = """
    cloud_telephony_percent                   QKS  AT_LEAST   100    2025-03-31
    call_queuing_percent                      QKS  MORE_THAN   90    2025-03-31
    call_back_percent                         QKS  MORE_THAN   90    2025-03-31
    self_referrals                            QKS  AT_LEAST  8450    2025-03-31
    nhs_app_available_percent                 QKS  AT_LEAST   100    -
    quality_assured_networks_percent          QKS  AT_LEAST   100    -
    register_with_gp_percent                  QKS  AT_LEAST   100    2024-12-31
    capacity_and_access_declarations_percent  QKS  AT_LEAST   100    2025-03-31
    electronic_fit_notes                      RVV  AT_LEAST     1    2023-11-30
    electronic_fit_notes                      RWF  AT_LEAST     1    2023-11-30
    electronic_fit_notes                      RN7  AT_LEAST     1    2023-11-30
    electronic_fit_notes                      RPA  AT_LEAST     1    2023-11-30
"""


def lines(table: str) -> list[list[str]]:
    """The cells of each line."""
    return [line.split() for line in table.strip().splitlines()]
