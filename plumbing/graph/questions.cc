#include "plumbing/graph/questions.h"

#include "objects/transaction.h"

namespace roar::plumbing {

std::pair<LineageTarget, std::vector<LineageInput>> inputs_of_name(const Store& store,
                                                                   const Workspace& workspace,
                                                                   std::string_view name,
                                                                   const InputsQuery& query) {
  std::pair<LineageTarget, std::vector<LineageInput>> answer;
  store.read([&](const ReadTransaction& transaction) {
    answer.first = lineage_target(transaction, workspace, name);
    answer.second = inputs_of(transaction, answer.first, query);
  });
  return answer;
}

LineageView lineage_of_name(const Store& store, const Workspace& workspace, std::string_view name,
                            const LineageViewQuery& query) {
  LineageView view;
  store.read([&](const ReadTransaction& transaction) {
    view = lineage_view(transaction, lineage_target(transaction, workspace, name), query);
  });
  return view;
}

}  // namespace roar::plumbing
