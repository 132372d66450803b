"""SQL voor de migratie: de database zelf weigert wijzigen en verwijderen in het boek, ook voor de eigenaar.

Van de inhoud mag alleen de versleuteling worden vernieuwd (`manage.py herindexeer`); of er dan nog hetzelfde staat, bewijst
de vingerafdruk. Leegmaken (TRUNCATE) mag alleen in een testdatabase, want daar ruimt de testomgeving zo op.
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
"""

UIT = """
DROP TRIGGER alleen_toevoegen ON portaal_gebeurtenissen_inhoud;
DROP TRIGGER niet_leegmaken ON portaal_gebeurtenissen_gebeurtenis;
DROP TRIGGER alleen_toevoegen ON portaal_gebeurtenissen_gebeurtenis;
DROP FUNCTION portaal_alleen_toevoegen();
"""
