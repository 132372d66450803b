# Alles wat je met dit project doet. Nodig: make en Python 3.11-3.13 met venv; de rest komt uit vergrendelde pakketten.
.POSIX:
.PHONY: help opzet demo demo-opnieuw schoon test test-lang test-rampen controle kaal slot vertaal frontend openapi meet-broker bench

help:
	@echo 'make demo          start de portaal met een verhaal erin, op http://127.0.0.1:8000 (PORT=, BIND=)'
	@echo 'make demo-opnieuw  begint de demo opnieuw, met een lege database'
	@echo 'make test          draait de tests op een echte PostgreSQL'
	@echo 'make test-lang     draait de tests die te traag zijn voor elke keer'
	@echo 'make test-rampen   speelt een ramp versneld na; hangt af van toeval, dus niet in .ci/run'
	@echo 'make controle      ruff, mypy, lagen, migraties en de productie-instellingen'
	@echo 'make kaal          bewijst make demo en make test in een kaal Debian (als root)'
	@echo 'make opzet         alleen klaarzetten: .venv, statische bestanden, vertalingen'
	@echo 'make frontend      haalt de pakketten voor de pagina opnieuw op'
	@echo 'make vertaal       maakt de vertalingen (.po wordt .mo)'
	@echo 'make openapi       bewaart het OpenAPI-document opnieuw, na een bedoelde verandering van de API'
	@echo 'make meet-broker   meet hoe lang een POST duurt met een goede, een dode en een zwijgende broker'
	@echo 'make bench         meet pagina, POST en bezorgen, naast kale Django, DRF en smtplib (docs/snelheid.md)'
	@echo 'make slot          vergrendelt de afhankelijkheden opnieuw (requirements*.in)'
	@echo 'make schoon        stopt de demo en verwijdert alles wat make heeft gemaakt'

opzet:
	@sh scripts/opzet.sh

demo: opzet
	@exec .venv/bin/python -m portaal.demo --stop-met-ouder

demo-opnieuw: opzet
	@.venv/bin/python scripts/schoon.py demo
	@exec .venv/bin/python -m portaal.demo --stop-met-ouder

test: opzet
	@sh scripts/browser.sh
	@exec .venv/bin/python -m pytest -n 2 -m 'not lang' $(PYTEST)

test-lang: opzet
	@exec .venv/bin/python -m pytest -n 2 -m 'lang and not ramp' $(PYTEST)

test-rampen: opzet
	@exec .venv/bin/python -m pytest -m ramp $(PYTEST)

controle: opzet
	@sh scripts/controle.sh

kaal:
	@sh deploy/kaal/kaal.sh

slot: opzet
	@.venv/bin/python -m pip install --quiet uv==0.13.9
	@for naam in requirements requirements-dev requirements-node; do \
		.venv/bin/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
			$(UV) $$naam.in -o $$naam.txt; \
	done

vertaal: opzet
	@.venv/bin/python scripts/vertaal.py

openapi: opzet
	@OPENAPI_BIJWERKEN=1 .venv/bin/python -m pytest -n 0 tests/api/test_documenten.py -k zoals_is_afgesproken

meet-broker: opzet
	@exec .venv/bin/python scripts/meet_broker.py

bench: opzet
	@exec .venv/bin/python scripts/bench.py $(BENCH)

frontend:
	@OPNIEUW=1 sh scripts/opzet.sh

schoon:
	@sh scripts/schoon.sh
