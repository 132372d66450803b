// Kleine toevoegingen bij pagina's die ook zonder dit bestand helemaal werken.
// Geen teksten hier: die staan, vertaald, in data-attributen van de pagina.
(() => {
  'use strict';

  const melding = document.getElementById('melding');

  const zetFocus = (element) => {
    if (!element) return;
    if (!element.matches('a, button, input, select, textarea, [tabindex]')) element.tabIndex = -1;
    element.focus();
  };

  zetFocus(document.querySelector('[data-focus-bij-laden]'));

  // htmx: waar de focus na een wissel heen gaat staat als css-kiezer in data-focus-na.
  document.addEventListener('htmx:afterSettle', (gebeurtenis) => {
    const bron = gebeurtenis.detail.requestConfig?.elt?.closest('[data-focus-na]');
    if (bron) zetFocus(document.querySelector(bron.dataset.focusNa));
  });

  const toonStoring = (tekst) => {
    melding.classList.remove('mo-alleen-voor');
    melding.textContent = tekst;
  };
  document.addEventListener('htmx:sendError', () => toonStoring(melding.dataset.geenVerbinding));
  document.addEventListener('htmx:responseError', (gebeurtenis) => {
    // 401 en 403: de sessie is weg. De server stuurt bij een gewone aanvraag door naar het inloggen.
    if ([401, 403].includes(gebeurtenis.detail.xhr.status)) window.location.reload();
    else toonStoring(melding.dataset.storing);
  });

  // Sessie: twee minuten voor het einde vragen of iemand ingelogd wil blijven. De server telt; dit is de klok erbij.
  const dialoog = document.getElementById('sessie');
  if (!dialoog) return;

  const WAARSCHUW_VOORAF = 120;
  const rest = dialoog.querySelector('[data-sessie-rest]');
  const paginatitel = document.title;
  const kanaal = 'BroadcastChannel' in window ? new BroadcastChannel('sessie') : null;
  let einde = 0;

  // Na deze inlog is er geen langer meer: dan helpt verlengen niet, en zegt het venster dat.
  const verlengbaar = (seconden) => seconden > WAARSCHUW_VOORAF;

  const begin = (seconden) => {
    einde = Date.now() + seconden * 1000;
    document.title = paginatitel;
    if (dialoog.open && verlengbaar(seconden)) dialoog.close();
  };


  const verleng = async () => {
    try {
      const antwoord = await fetch(dialoog.dataset.verlengUrl, {
        method: 'POST',
        headers: { 'X-CSRFToken': dialoog.querySelector('[name=csrfmiddlewaretoken]').value },
      });
      if (!antwoord.ok || antwoord.redirected) {
        window.location.reload();
        return;
      }
      const seconden = Number(antwoord.headers.get('X-Sessie-Seconden'));
      begin(seconden);
      kanaal?.postMessage(seconden);
      if (!verlengbaar(seconden)) {
        dialoog.querySelector('[data-sessie-tekst]').hidden = true;
        dialoog.querySelector('[data-sessie-hoogstens]').hidden = false;
        dialoog.querySelector('[data-sessie-blijf]').hidden = true;
      }
    } catch {
      dialoog.querySelector('[data-sessie-storing]').hidden = false;
    }
  };

  const tik = () => {
    const over = Math.ceil((einde - Date.now()) / 1000);
    if (over <= -2) {
      // Een gewone aanvraag: de server stuurt naar het inloggen en zegt waarom.
      window.location.replace(window.location.pathname + window.location.search);
      return;
    }
    if (over <= WAARSCHUW_VOORAF) {
      rest.textContent = `${Math.floor(Math.max(over, 0) / 60)}:${String(Math.max(over, 0) % 60).padStart(2, '0')}`;
      if (!dialoog.open) {
        dialoog.showModal();
        zetFocus(dialoog.querySelector('h2'));
      }
      document.title = over % 2 ? paginatitel : dialoog.dataset.titel;
    }
    window.setTimeout(tik, 1000);
  };

  kanaal?.addEventListener('message', (bericht) => begin(bericht.data));
  // Ook een stukje pagina dat htmx ophaalde houdt de sessie in leven; de server zegt hoe lang nog.
  document.addEventListener('htmx:afterRequest', (gebeurtenis) => {
    const seconden = Number(gebeurtenis.detail.xhr?.getResponseHeader('X-Sessie-Seconden'));
    if (seconden > 0) {
      begin(seconden);
      kanaal?.postMessage(seconden);
    }
  });
  dialoog.querySelector('[data-sessie-blijf]').addEventListener('click', verleng);
  dialoog.addEventListener('cancel', (gebeurtenis) => {
    gebeurtenis.preventDefault();
    if (!dialoog.querySelector('[data-sessie-blijf]').hidden) verleng();
  });
  // Terug uit de cache van de browser: niets tonen wat van een afgelopen sessie kan zijn.
  window.addEventListener('pageshow', (gebeurtenis) => {
    if (gebeurtenis.persisted) window.location.reload();
  });

  const seconden = Number(dialoog.dataset.seconden);
  begin(seconden);
  kanaal?.postMessage(seconden);
  tik();
})();
