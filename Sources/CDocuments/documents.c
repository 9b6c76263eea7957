#include "documents.h"

#include <stddef.h>
#include <string.h>

#pragma clang diagnostic ignored "-Wc23-extensions"

// #embed of C23 (N3017): the compiler reads the file, so that it stays the only copy.
static const uint8_t openapi[] = {
#embed "../../docs/openapi.json"
};

const uint8_t *documents_openapi(uint64_t *count) {
  *count = sizeof openapi;
  return openapi;
}

static const uint8_t index_html[] = {
#embed "Dashboard/index.html"
};
static const uint8_t style_css[] = {
#embed "Dashboard/style.css"
};
static const uint8_t icon_svg[] = {
#embed "Dashboard/icon.svg"
};
static const uint8_t main_js[] = {
#embed "Dashboard/main.js"
};
static const uint8_t api_js[] = {
#embed "Dashboard/api.js"
};
static const uint8_t stream_js[] = {
#embed "Dashboard/stream.js"
};
static const uint8_t worker_js[] = {
#embed "Dashboard/worker.js"
};
static const uint8_t list_js[] = {
#embed "Dashboard/list.js"
};
static const uint8_t job_js[] = {
#embed "Dashboard/job.js"
};
static const uint8_t log_js[] = {
#embed "Dashboard/log.js"
};
static const uint8_t form_js[] = {
#embed "Dashboard/form.js"
};
static const uint8_t figures_js[] = {
#embed "Dashboard/figures.js"
};
static const uint8_t text_js[] = {
#embed "Dashboard/text.js"
};
static const uint8_t format_js[] = {
#embed "Dashboard/format.js"
};

static const struct {
  const char *name;
  const uint8_t *bytes;
  uint64_t count;
} dashboard[] = {
    {"index.html", index_html, sizeof index_html},
    {"style.css", style_css, sizeof style_css},
    {"icon.svg", icon_svg, sizeof icon_svg},
    {"main.js", main_js, sizeof main_js},
    {"api.js", api_js, sizeof api_js},
    {"stream.js", stream_js, sizeof stream_js},
    {"worker.js", worker_js, sizeof worker_js},
    {"list.js", list_js, sizeof list_js},
    {"job.js", job_js, sizeof job_js},
    {"log.js", log_js, sizeof log_js},
    {"form.js", form_js, sizeof form_js},
    {"figures.js", figures_js, sizeof figures_js},
    {"text.js", text_js, sizeof text_js},
    {"format.js", format_js, sizeof format_js},
};

const uint8_t *documents_dashboard(const char *name, uint64_t *count) {
  for (size_t i = 0; i < sizeof dashboard / sizeof *dashboard; i++) {
    if (strcmp(dashboard[i].name, name) == 0) {
      *count = dashboard[i].count;
      return dashboard[i].bytes;
    }
  }
  *count = 0;
  return NULL;
}
