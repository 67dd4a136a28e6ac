{# The digits of a text. #}
{% macro digits(words) -%}
    regexp_replace({{ words }}, '[^0-9]', '', 'g')
{%- endmacro %}


{# A company name without case, accents, punctuation and legal form: "Sté Dupont S.A.R.L." and "DUPONT" are one name. #}
{% macro bare_name(words) -%}
    {%- set plain = "translate(lower(" ~ words ~ "), 'àâäçéèêëîïôöùûüÿ''’.', 'aaaceeeeiioouuuy')" -%}
    {%- set forms = 'sarl|sas|sasu|sa|eurl|sci|snc|scop|ei|ste|societe|ets|etablissements|groupe' -%}
    regexp_replace(regexp_replace({{ plain }}, '\b({{ forms }})\b', '', 'g'), '[^a-z0-9]', '', 'g')
{%- endmacro %}
