"""SQL voor de migratie: de database zelf weigert een bericht te veranderen of weg te gooien zodra het te lezen is (Awb 2:12).

Wat dan nog mag: de zaak erbij die later bekend wordt, de eerste keer dat het geopend is, de administratie van het boek, de
bewaartermijn, en de versleuteling vernieuwen (`manage.py herindexeer`; of er dan nog hetzelfde staat, bewijst de inhoud).
"""

# Alles wat iemand leest, voor wie het is, van wie, sinds wanneer, en waarnaar het verwijst.
VAST = (
    *("id", "betrokkene_id", "applicatie_id", "categorie_id", "is_gerelateerd_aan", "onderwerp", "tekst", "aard"),
    *("referentie", "bericht_type", "handelingsperspectief", "einddatum_handelingstermijn", "einddatum_moment"),
    *("minimaal_niveau", "bijlagen", "mijn_overheid", "publicatiedatum", "toegankelijk_op", "ingetrokken_op"),
    *("vervangt_id", "trekt_in_id", "verwijzing_soort", "verwijzing_id", "bron_referentie", "vingerafdruk"),
    *("inhoud_versie", "aangemaakt_op"),
)

# Na de bewaartermijn (die de trigger `bewaartermijn` bewaakt) worden deze in één keer leeg; de andere blijven wat ze waren.
LEEG_NA_TERMIJN = {
    **dict.fromkeys(("onderwerp", "tekst", "referentie", "bron_referentie"), "''"),
    **dict.fromkeys(("is_gerelateerd_aan", "bijlagen"), "'[]'::jsonb"),
    "vingerafdruk": "''::bytea",
}

_BLIJFT = [kolom for kolom in VAST if kolom not in LEEG_NA_TERMIJN]
_VERNIETIGD = f"""(
            OLD.vernietigd_op IS NULL AND NEW.vernietigd_op IS NOT NULL
            AND {" AND ".join(f"NEW.{kolom} = {leeg}" for kolom, leeg in LEEG_NA_TERMIJN.items())}
            AND ({", ".join(f"OLD.{k}" for k in _BLIJFT)}) IS NOT DISTINCT FROM ({", ".join(f"NEW.{k}" for k in _BLIJFT)})
        )"""
_OUD = ", ".join(f"OLD.{kolom}" for kolom in VAST)
_NIEUW = ", ".join(f"NEW.{kolom}" for kolom in VAST)

AAN = f"""
CREATE FUNCTION berichten_onveranderlijk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Een bericht dat te lezen is verandert niet meer: % is geweigerd.', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER onveranderlijk BEFORE UPDATE ON berichten_bericht
    FOR EACH ROW WHEN (
        OLD.toegankelijk_op IS NOT NULL AND (
            ({_OUD}) IS DISTINCT FROM ({_NIEUW})
            OR OLD.geopend_op IS NOT NULL AND OLD.geopend_op IS DISTINCT FROM NEW.geopend_op
        ) AND NOT {_VERNIETIGD}
    ) EXECUTE FUNCTION berichten_onveranderlijk();
CREATE TRIGGER blijft BEFORE DELETE ON berichten_bericht
    FOR EACH ROW WHEN (OLD.toegankelijk_op IS NOT NULL) EXECUTE FUNCTION berichten_onveranderlijk();
"""

UIT = """
DROP TRIGGER blijft ON berichten_bericht;
DROP TRIGGER onveranderlijk ON berichten_bericht;
DROP FUNCTION berichten_onveranderlijk();
"""
