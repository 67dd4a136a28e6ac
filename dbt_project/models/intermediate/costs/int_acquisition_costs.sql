{{ union_senders('acquisition_costs') }}
