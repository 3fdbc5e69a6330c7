#include "plumbing/query/logged_jobs.h"

#include <utility>

#include "objects/base/error.h"
#include "objects/label.h"

namespace roar::plumbing {

void for_each_logged_job(const Store& store, const JobQuery* query,
                         const std::function<bool(const LoggedJob&)>& visit) {
  store.read([&](const ReadTransaction& transaction) {
    const auto session = active_session(transaction);
    if (!session) throw Error(Errc::NotFound, "no active session\nhint: run 'roar init' first");
    for_each_job_newest_first(transaction, *session, [&](const JobPlace& place) {
      const Job job = read_job(transaction, place.job);
      LabelDocument labels;
      const auto read_labels = [&] {
        if (auto label = label_of(transaction, place.job)) labels = std::move(label->document);
      };
      if (query != nullptr) {
        if (query->asks_labels()) read_labels();
        if (!query->matches({.job = job, .place = place, .labels = labels})) return true;
      }
      if (query == nullptr || !query->asks_labels()) read_labels();
      return visit({.summary = job_summary(transaction, place, job),
                    .labels = std::move(labels),
                    .parameters = parameters_of(job.argv)});
    });
  });
}

}  // namespace roar::plumbing
