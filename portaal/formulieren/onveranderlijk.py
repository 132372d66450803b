"""SQL voor de migratie: een gepubliceerde versie van een formulier verandert niet en verdwijnt niet."""

AAN = """
CREATE FUNCTION formulieren_onveranderlijk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Een gepubliceerde versie van een formulier verandert niet: % is geweigerd.', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER onveranderlijk BEFORE UPDATE OR DELETE ON portaal_formulieren_formulierversie
    FOR EACH ROW WHEN (OLD.gepubliceerd_op IS NOT NULL) EXECUTE FUNCTION formulieren_onveranderlijk();
"""

UIT = """
DROP TRIGGER onveranderlijk ON portaal_formulieren_formulierversie;
DROP FUNCTION formulieren_onveranderlijk();
"""
