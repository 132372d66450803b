// Vragen die meteen verschijnen of verdwijnen, tussendoor bewaren, en voortgang bij het uploaden. De server beslist alles
// zelf; dit bestand is gemak. De regels zijn die van portaal/formulieren/voorwaarden.py en logica.py.
(() => {
  'use strict';

  const formulier = document.querySelector('form[data-formulier]');
  if (!formulier) return;

  // --- Rekenen ----------------------------------------------------------------------------------------------------------
  const tekst = (w) => (w === null || w === undefined ? '' : String(w));
  const leeg = (w) => {
    if (Array.isArray(w)) return w.length === 0;
    if (w && typeof w === 'object') return !Object.values(w).some(Boolean);
    return w === null || w === undefined || w === false || w === '';
  };
  const getal = (w) => {
    if (w === null || w === undefined || w === '') return 0;
    if (typeof w === 'boolean' || typeof w === 'number') return Number(w);
    if (typeof w === 'string' && w.length <= 50 && /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(w)) return Number(w);
    return NaN;
  };
  const gelijk = (w, doel) => {
    if (Array.isArray(w)) return w.some((deel) => tekst(deel) === tekst(doel));
    if (w && typeof w === 'object') return Boolean(w[tekst(doel)]);
    return tekst(w) === tekst(doel);
  };
  const bevat = (w, doel) => (w && typeof w === 'object' ? gelijk(w, doel) : tekst(w).includes(tekst(doel)));
  const OPERATOREN = {
    isEqual: gelijk,
    isNotEqual: (w, d) => !gelijk(w, d),
    isEmpty: leeg,
    isNotEmpty: (w) => !leeg(w),
    includes: bevat,
    notIncludes: (w, d) => !bevat(w, d),
    startsWith: (w, d) => tekst(w).startsWith(tekst(d)),
    endsWith: (w, d) => tekst(w).endsWith(tekst(d)),
    greaterThan: (w, d) => !leeg(w) && getal(w) > getal(d),
    lessThan: (w, d) => !leeg(w) && getal(w) < getal(d),
    greaterThanOrEqual: (w, d) => !leeg(w) && getal(w) >= getal(d),
    lessThanOrEqual: (w, d) => !leeg(w) && getal(w) <= getal(d),
  };

  const waar = (w) => !(w === null || w === undefined || w === false || w === '' || w === 0 || (Array.isArray(w) && !w.length));
  const eenvoudig = (w) => ['string', 'boolean', 'number'].includes(typeof w);
  const losGelijk = (a, b) => {
    if (a === null || a === undefined || b === null || b === undefined) return (a ?? null) === null && (b ?? null) === null;
    if (typeof a === 'string' && typeof b === 'string') return a === b;
    return eenvoudig(a) && eenvoudig(b) && getal(a) === getal(b);
  };
  const strengGelijk = (a, b) => (a ?? null) === (b ?? null) && typeof (a ?? '') !== 'object';
  const kleiner = (a, b) => (typeof a === 'string' && typeof b === 'string' ? a < b : getal(a) < getal(b));
  const kleinerGelijk = (a, b) => (typeof a === 'string' && typeof b === 'string' ? a <= b : getal(a) <= getal(b));
  const netjes = (n) => (Number.isFinite(n) ? n : null);
  const reeks = (test, d) => d.every((deel, n) => n === 0 || test(d[n - 1], deel));
  const BEWERKINGEN = {
    '==': (a, b) => losGelijk(a, b),
    '!=': (a, b) => !losGelijk(a, b),
    '===': (a, b) => strengGelijk(a, b),
    '!==': (a, b) => !strengGelijk(a, b),
    '<': (...d) => reeks(kleiner, d),
    '<=': (...d) => reeks(kleinerGelijk, d),
    '>': (a, b) => kleiner(b, a),
    '>=': (a, b) => kleinerGelijk(b, a),
    '!': (a) => !waar(a),
    '!!': (a) => waar(a),
    '+': (...d) => netjes(d.reduce((som, deel) => som + getal(deel), 0)),
    '-': (a, b) => netjes(b === undefined ? -getal(a) : getal(a) - getal(b)),
    '*': (...d) => netjes(d.reduce((product, deel) => product * getal(deel), 1)),
    '/': (a, b) => (getal(b) ? netjes(getal(a) / getal(b)) : null),
    '%': (a, b) => (getal(b) ? netjes(getal(a) % getal(b)) : null),
    min: (...d) => netjes(Math.min(...d.map(getal))),
    max: (...d) => netjes(Math.max(...d.map(getal))),
    in: (naald, berg) =>
      typeof berg === 'string' ? typeof naald === 'string' && berg.includes(naald) : Array.isArray(berg) && berg.some((deel) => strengGelijk(naald, deel)),
    cat: (...d) => d.map(tekst).join(''),
  };
  const pad = (naam) => {
    const delen = naam.split('.');
    return delen.length > 1 && (delen[0] === 'data' || delen[0] === 'row') ? delen.slice(1) : delen;
  };
  const haal = (waarden, delen) => {
    let hier = waarden;
    for (const deel of delen) {
      if (!hier || typeof hier !== 'object' || !Object.hasOwn(hier, deel)) return null;
      hier = hier[deel];
    }
    return hier;
  };
  const reken = (regel, waarden) => {
    if (Array.isArray(regel)) return regel.map((deel) => reken(deel, waarden));
    if (!regel || typeof regel !== 'object') return regel;
    const [naam, ruw] = Object.entries(regel)[0];
    const delen = Array.isArray(ruw) ? ruw : [ruw];
    if (naam === 'var') {
      const gevonden = haal(waarden, pad(delen[0]));
      return gevonden === null && delen.length > 1 ? reken(delen[1], waarden) : gevonden;
    }
    if (naam === 'if') {
      for (let n = 0; n + 1 < delen.length; n += 2) if (waar(reken(delen[n], waarden))) return reken(delen[n + 1], waarden);
      return delen.length % 2 ? reken(delen[delen.length - 1], waarden) : null;
    }
    if (naam === 'and' || naam === 'or') {
      let uitkomst = null;
      for (const deel of delen) {
        uitkomst = reken(deel, waarden);
        if (waar(uitkomst) === (naam === 'or')) return uitkomst;
      }
      return uitkomst;
    }
    if (naam === 'some' || naam === 'all' || naam === 'none') {
      const lijst = reken(delen[0], waarden);
      const uitkomsten = (Array.isArray(lijst) ? lijst : []).map((rij) => waar(reken(delen[1], rij && typeof rij === 'object' ? rij : { '': rij })));
      if (naam === 'all') return uitkomsten.length > 0 && uitkomsten.every(Boolean);
      return uitkomsten.some(Boolean) === (naam === 'some');
    }
    return BEWERKINGEN[naam](...delen.map((deel) => reken(deel, waarden)));
  };
  const klopt = (voorwaarde, waarden) => {
    if ('logica' in voorwaarde) return waar(reken(voorwaarde.logica, waarden));
    const uitkomst = ([sleutel, operator, doel]) => OPERATOREN[operator](waarden[sleutel] ?? null, doel);
    return (voorwaarde.alle ? voorwaarde.regels.every(uitkomst) : voorwaarde.regels.some(uitkomst)) === voorwaarde.toon;
  };

  // --- Antwoorden van de pagina -----------------------------------------------------------------------------------------
  const leesGetal = (w) => {
    const kaal = w.replace(/[\s\u00a0\u202f€]/g, '').replace('−', '-');
    if (/^-?\d{1,3}(\.\d{3})+(,\d+)?$/.test(kaal)) return Number(kaal.replaceAll('.', '').replace(',', '.'));
    if (/^-?\d+(,\d+|\.\d{1,2})?$/.test(kaal)) return Number(kaal.replace(',', '.'));
    return w === '' ? null : w;
  };
  const antwoord = (vak) => {
    const velden = [...vak.querySelectorAll('input, select, textarea')];
    switch (vak.dataset.soort) {
      case 'keuze':
        return velden.find((veld) => veld.checked)?.value ?? '';
      case 'vinkjes':
        return Object.fromEntries(velden.map((veld) => [veld.value, veld.checked]));
      case 'vinkje':
        return velden[0].checked;
      case 'getal':
      case 'bedrag':
        return leesGetal(velden[0].value.trim());
      case 'moment':
        return velden.some((veld) => veld.value) ? velden.map((veld) => veld.value).join('T') : '';
      case 'bestand':
        return [...vak.querySelectorAll('[data-bestand]')].map(() => ({}));
      default:
        return velden[0]?.value ?? '';
    }
  };
  const LEEG = { vinkje: false, getal: null, bedrag: null, bestand: [] };

  const verborgen = formulier.querySelector('[name=_verborgen]');
  const vakken = [...formulier.querySelectorAll('[data-veld]')].filter((vak) => !vak.parentElement.closest('[data-soort=herhaling]'));
  const voorwaarden = new Map(vakken.filter((vak) => vak.dataset.voorwaarde).map((vak) => [vak, JSON.parse(vak.dataset.voorwaarde)]));

  const werkBij = () => {
    const elders = JSON.parse(verborgen.dataset.elders);
    // Een voorwaarde kan afhangen van een veld dat zelf verdwijnt: doorgaan tot er niets meer verandert.
    for (let ronde = 0; ronde <= voorwaarden.size; ronde += 1) {
      const waarden = { ...elders };
      for (const vak of vakken) {
        if (vak.dataset.soort) waarden[vak.dataset.veld] = vak.closest('[hidden]') ? (LEEG[vak.dataset.soort] ?? '') : antwoord(vak);
      }
      let anders = false;
      for (const [vak, voorwaarde] of voorwaarden) {
        const weg = !klopt(voorwaarde, waarden);
        if (vak.hidden !== weg) {
          vak.hidden = weg;
          anders = true;
        }
      }
      if (!anders) break;
    }
    verborgen.value = vakken.filter((vak) => vak.closest('[hidden]')).map((vak) => vak.dataset.veld).join(' ');
  };
  if (verborgen) {
    formulier.addEventListener('input', werkBij);
    formulier.addEventListener('change', werkBij);
    werkBij();
  }

  // Terug op de plek waar iemand bezig was, na een rij erbij.
  const doel = window.location.hash && document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
  if (doel && formulier.contains(doel)) {
    const veld = doel.matches('input, select, textarea') ? doel : doel.querySelector('input:not([type=hidden]), select, textarea, button');
    veld?.focus();
  }

  if (formulier.dataset.voorbeeld !== undefined) return; // in het beheer wordt niets bewaard

  // --- Tussendoor bewaren -----------------------------------------------------------------------------------------------
  // Zo is bij het einde van de sessie niets weg. De aanvraag houdt de sessie niet in leven (X-Achtergrond).
  const WACHT = 15000;
  const stand = formulier.querySelector('[data-bewaard]');
  const versie = formulier.querySelector('[name=_versie]');
  let klok = 0;
  let klaar = false;
  let onderweg = null;
  const stuur = async () => {
    const gegevens = new FormData(formulier);
    for (const [naam, waarde] of [...gegevens]) if (waarde instanceof File) gegevens.delete(naam);
    gegevens.set('_actie', 'tussendoor');
    try {
      const antwoordVanServer = await fetch(formulier.action, {
        method: 'POST',
        body: gegevens,
        headers: { 'X-Achtergrond': 'ja' },
        keepalive: true,
      });
      if (antwoordVanServer.status === 204) {
        versie.value = antwoordVanServer.headers.get('X-Versie');
        stand.textContent = stand.dataset.bewaard;
      } else if (antwoordVanServer.status === 409) {
        klaar = true;
        stand.textContent = stand.dataset.botst;
      }
    } catch {
      // Geen verbinding: bij de volgende verandering nog eens.
    }
    onderweg = null;
  };
  const bewaar = () => {
    window.clearTimeout(klok);
    klok = 0;
    onderweg ??= stuur();
  };
  formulier.addEventListener('input', () => {
    if (stand.textContent && !klaar) stand.textContent = '';
    if (!klok && !klaar) klok = window.setTimeout(bewaar, WACHT);
  });
  formulier.addEventListener('submit', (gebeurtenis) => {
    klaar = true;
    window.clearTimeout(klok);
    klok = 0;
    if (onderweg) {
      // Eerst het bewaren afmaken: anders lijkt de eigen vorige versie op die van een ander venster.
      gebeurtenis.preventDefault();
      onderweg.then(() => formulier.requestSubmit(gebeurtenis.submitter));
    }
  });
  // --- Bestanden --------------------------------------------------------------------------------------------------------
  // Kiezen is meteen versturen, met voortgang. De server antwoordt met de hele pagina; daaruit komt alleen dit ene veld.
  const maakUpload = (vak) => {
    const kiezer = vak.querySelector('input[type=file]');
    vak.querySelector('[data-zonder-script]')?.setAttribute('hidden', '');
    kiezer?.addEventListener('change', async () => {
      if (!kiezer.files.length) return;
      window.clearTimeout(klok);
      klok = 0;
      await onderweg;
      const melding = vak.querySelector('[data-voortgang]');
      const gegevens = new FormData(formulier);
      gegevens.set('_actie', `bestand ${vak.dataset.veld}`);
      const aanvraag = new XMLHttpRequest();
      aanvraag.open('POST', formulier.action);
      aanvraag.upload.addEventListener('progress', (gebeurtenis) => {
        const procent = Math.round((gebeurtenis.loaded / gebeurtenis.total) * 100);
        melding.textContent = procent < 100 ? melding.dataset.voortgang.replace('{procent}', procent) : melding.dataset.controle;
      });
      aanvraag.addEventListener('error', () => {
        melding.textContent = melding.dataset.mislukt;
      });
      aanvraag.addEventListener('load', () => {
        const pagina = new DOMParser().parseFromString(aanvraag.responseText, 'text/html');
        const nieuw = pagina.querySelector(`form[data-formulier] [data-veld="${CSS.escape(vak.dataset.veld)}"]`);
        if (!nieuw) {
          // Uitgelogd, of een fout: de gewone weg zegt wat er is.
          if (aanvraag.status < 400) window.location.reload();
          else melding.textContent = melding.dataset.mislukt;
          return;
        }
        versie.value = pagina.querySelector('[name=_versie]').value;
        vak.replaceWith(nieuw);
        vakken.splice(vakken.indexOf(vak), 1, nieuw);
        maakUpload(nieuw);
        (nieuw.querySelector('input[type=file]') ?? nieuw.querySelector('[tabindex]'))?.focus();
        if (verborgen) werkBij();
      });
      aanvraag.send(gegevens);
    });
  };
  for (const vak of vakken) if (vak.dataset.soort === 'bestand') maakUpload(vak);

  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && klok) bewaar();
  });
})();
