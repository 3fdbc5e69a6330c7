#include "objects/packages.h"

#include <algorithm>

#include "objects/base/error.h"
#include "objects/fields.h"

namespace roar {

std::string encode(const Packages& packages) {
  json::Array list;
  list.reserve(packages.packages.size());
  for (const Package& package : packages.packages)
    list.emplace_back(json::Array{json::bytes_value(package.manager),
                                  json::bytes_value(package.name),
                                  json::bytes_value(package.version)});
  return json::encode(json::Object{{"packages", std::move(list)}, {"v", 1}});
}

Packages decode_packages(std::string_view payload) {
  const json::Object object = decode_versioned(payload, ObjectType::Packages);
  const Fields fields(object, "packages");
  Packages result;
  for (const json::Value& value : fields.array("packages")) {
    const json::Array* parts = value.array();
    if (parts == nullptr || parts->size() != 3) fields.fail("packages", "is not a list of triples");
    Package package{json::bytes_of((*parts)[0]), json::bytes_of((*parts)[1]),
                    json::bytes_of((*parts)[2])};
    if (!result.packages.empty() && package <= result.packages.back())
      fields.fail("packages", "is not sorted");
    result.packages.push_back(std::move(package));
  }
  return result;
}

}  // namespace roar
