// Toont het OpenAPI-document met Swagger UI, zonder iets van een ander adres te halen.
(function () {
  "use strict";
  const plek = document.getElementById("swagger-ui");
  window.SwaggerUIBundle({
    url: plek.dataset.document,
    domNode: plek,
    deepLinking: true,
    validatorUrl: null,
    presets: [window.SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
  });
})();
