#include "porcelain/spool_report.h"

#include <ostream>

#include "plumbing/quote.h"
#include "porcelain/text.h"

namespace roar::porcelain {

void report_import(std::ostream& err, const plumbing::SpoolImport& import) {
  if (import.imported > 0) {
    err << "roar: recorded " << count_text(import.imported, "job") << " from the spool\n";
  }
  for (const plumbing::SpoolImport::Damaged& damaged : import.damaged) {
    err << "warning: cannot import " << plumbing::quoted_path(damaged.file.string()) << ": "
        << damaged.problem << '\n';
  }
  if (import.waiting > 0) {
    err << "warning: " << count_text(import.waiting, "job")
        << " in the spool cannot be stored now: " << import.failure << '\n';
  }
}

}  // namespace roar::porcelain
