"""SQL voor de migratie: de database zelf weigert wijzigen en verwijderen in het boek, ook voor de eigenaar.

Van de inhoud mag alleen de versleuteling worden vernieuwd (`manage.py herindexeer`); of er dan nog hetzelfde staat, bewijst
de vingerafdruk. Leegmaken (TRUNCATE) mag alleen in een testdatabase, want daar ruimt de testomgeving zo op.

Inhoud verdwijnt langs één weg: als een record waarvan de bewaartermijn voorbij is `vernietigd_op` krijgt, haalt de trigger
van dat record haar weg, als eigenaar. De app-rol zelf mag niets uit de inhoud verwijderen. Een bewaartermijn in het verleden
zetten weigert de database ook, anders was die weg voor elk record open; de klok is die van de database.
"""

AAN = """
CREATE FUNCTION portaal_alleen_toevoegen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_database() LIKE 'test\\_%' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'In % wordt alleen toegevoegd: % is geweigerd.', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER alleen_toevoegen BEFORE UPDATE OR DELETE ON portaal_gebeurtenissen_gebeurtenis
    FOR EACH ROW EXECUTE FUNCTION portaal_alleen_toevoegen();
CREATE TRIGGER niet_leegmaken BEFORE TRUNCATE ON portaal_gebeurtenissen_gebeurtenis
    FOR EACH STATEMENT EXECUTE FUNCTION portaal_alleen_toevoegen();
CREATE TRIGGER alleen_toevoegen BEFORE UPDATE ON portaal_gebeurtenissen_inhoud
    FOR EACH ROW WHEN (
        (OLD.id, OLD.record_soort, OLD.record_id, OLD.versie, OLD.json, OLD.sha256, OLD.op)
        IS DISTINCT FROM (NEW.id, NEW.record_soort, NEW.record_id, NEW.versie, NEW.json, NEW.sha256, NEW.op)
    ) EXECUTE FUNCTION portaal_alleen_toevoegen();
CREATE TRIGGER alleen_na_de_termijn BEFORE DELETE ON portaal_gebeurtenissen_inhoud
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION portaal_alleen_toevoegen();
CREATE FUNCTION portaal_bewaartermijn() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    vandaag date := (now() AT TIME ZONE 'Europe/Amsterdam')::date;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.vernietigd_op IS NOT NULL OR NEW.bewaren_tot < vandaag THEN
            RAISE EXCEPTION 'Een bewaartermijn begint niet in het verleden.' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.bewaren_tot IS DISTINCT FROM OLD.bewaren_tot
        AND (NEW.bewaren_tot < vandaag OR OLD.vernietigd_op IS NOT NULL) THEN
        RAISE EXCEPTION 'Een bewaartermijn gaat niet naar het verleden.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.vernietigd_op IS DISTINCT FROM OLD.vernietigd_op THEN
        IF OLD.vernietigd_op IS NOT NULL OR OLD.bewaren_tot IS NULL OR OLD.bewaren_tot >= vandaag THEN
            RAISE EXCEPTION 'De bewaartermijn is niet voorbij: vernietigen is geweigerd.'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        DELETE FROM portaal_gebeurtenissen_inhoud WHERE record_soort = TG_ARGV[0] AND record_id = NEW.id;
    END IF;
    RETURN NEW;
END $$;
"""


def bewaartermijn(tabel: str, soort: str) -> tuple[str, str]:
    """SQL voor de migratie van een app met een `Vernietigbaar` model: (aan, uit) van de trigger op die tabel."""
    aan = (
        f"CREATE TRIGGER bewaartermijn BEFORE INSERT OR UPDATE OF bewaren_tot, vernietigd_op ON {tabel} "
        f"FOR EACH ROW EXECUTE FUNCTION portaal_bewaartermijn('{soort}');"
    )
    return aan, f"DROP TRIGGER bewaartermijn ON {tabel};"


UIT = """
DROP FUNCTION portaal_bewaartermijn();
DROP TRIGGER alleen_na_de_termijn ON portaal_gebeurtenissen_inhoud;
DROP TRIGGER alleen_toevoegen ON portaal_gebeurtenissen_inhoud;
DROP TRIGGER niet_leegmaken ON portaal_gebeurtenissen_gebeurtenis;
DROP TRIGGER alleen_toevoegen ON portaal_gebeurtenissen_gebeurtenis;
DROP FUNCTION portaal_alleen_toevoegen();
"""
