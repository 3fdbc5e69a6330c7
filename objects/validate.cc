#include "objects/validate.h"

#include "objects/artifact.h"
#include "objects/component_node.h"
#include "objects/composite.h"
#include "objects/digest_record.h"
#include "objects/edge_node.h"
#include "objects/environment.h"
#include "objects/job.h"
#include "objects/label.h"
#include "objects/packages.h"
#include "objects/processes.h"
#include "objects/session.h"

namespace roar {

void check_payload(ObjectType type, std::string_view payload) {
  switch (type) {
    case ObjectType::Artifact:
      decode_artifact(payload);
      break;
    case ObjectType::Blob:
      break;
    case ObjectType::Composite:
      decode_composite(payload);
      break;
    case ObjectType::Digest:
      decode_digest(payload);
      break;
    case ObjectType::Environment:
      decode_environment(payload);
      break;
    case ObjectType::Job:
      decode_job(payload);
      break;
    case ObjectType::Label:
      decode_label(payload);
      break;
    case ObjectType::Node:
      if (is_component_node(payload))
        decode_component_node(payload);
      else
        decode_node(payload);
      break;
    case ObjectType::Packages:
      decode_packages(payload);
      break;
    case ObjectType::Processes:
      decode_processes(payload);
      break;
    case ObjectType::Session:
      decode_session(payload);
      break;
  }
}

}  // namespace roar
