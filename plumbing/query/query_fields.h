#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/timestamp.h"
#include "objects/history.h"
#include "objects/label_value.h"
#include "plumbing/query/compare.h"

namespace roar::plumbing {

// One job, as a query sees it.
struct QueriedJob {
  const Job& job;
  const JobPlace& place;
  const LabelDocument& labels;  // of the job; empty where no query asks for any
};

// What a job can be asked for: "exit", "label.eval.acc", "dataset.split". roar-log(1), QUERIES,
// lists them.
class QueryField {
 public:
  // Nullopt if there is no such field.
  static std::optional<QueryField> named(std::string_view name);
  // All of them, for a message.
  static std::string names();

  // Whether labels of the job have to be read for it.
  bool is_label() const noexcept { return form_ == Form::Label || form_ == Form::Dataset; }
  // Whether it says something without an operator.
  bool is_condition() const noexcept;

  // What is wrong with comparing the field so; nullopt if nothing is. Fills in what the literal
  // stands for here: 90 for "1.5min" of a duration.
  std::optional<std::string> prepare(QueryOperator op, QueryLiteral& literal, Timestamp now) const;

  bool holds(const QueriedJob& job, QueryOperator op, const QueryLiteral& literal) const;

 private:
  enum class Form : std::uint8_t {
    Text,
    Number,
    Truth,
    Duration,
    Moment,
    Step,
    Status,
    Label,
    Parameter,
    Dataset
  };
  using Value = QueryValue (*)(const QueriedJob&);
  struct Row {
    std::string_view name;
    Form form;
    Value value;
  };
  static std::span<const Row> rows();
  bool has_any_value() const noexcept;  // text, a number or a truth, as it comes
  bool dataset_holds(const QueriedJob& job, QueryOperator op, const QueryLiteral& literal) const;
  bool label_holds(const QueriedJob& job, QueryOperator op, const QueryLiteral& literal) const;

  std::string name_;
  Form form_ = Form::Text;
  Value value_ = nullptr;  // none: of a label, a parameter or a data set, whose key `name_` is
};

}  // namespace roar::plumbing
