{{ union_senders('order_lines') }}
