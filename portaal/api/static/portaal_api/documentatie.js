// Toont het OpenAPI-document met Swagger UI, zonder iets van een ander adres te halen.
(function () {
  "use strict";
  const plek = document.getElementById("swagger-ui");

  // Swagger UI vergeet namen; zonder naam weet een schermlezer niet wat er te kiezen is of waar iets bij hoort.
  const streken = { ".information-container": "Over deze API", ".scheme-container": "Server en token" };

  function geefNamen() {
    for (const lijst of plek.querySelectorAll("select:not([aria-label])")) {
      lijst.setAttribute("aria-label", lijst.closest(".servers") ? "Server" : "Mediatype");
    }
    for (const [deel, naam] of Object.entries(streken)) {
      for (const streek of plek.querySelectorAll(deel + ":not([role])")) {
        streek.setAttribute("role", "region");
        streek.setAttribute("aria-label", naam);
      }
    }
  }

  new MutationObserver(geefNamen).observe(plek, { childList: true, subtree: true });
  window.SwaggerUIBundle({
    url: plek.dataset.document,
    domNode: plek,
    deepLinking: false,
    validatorUrl: null,
    defaultModelsExpandDepth: 0,
    syntaxHighlight: { activated: false },
    presets: [window.SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
  });
})();
