// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine_job.h"

#include <algorithm>
#include <array>
#include <vector>

namespace continuo {
namespace {

struct Entry
{
    std::string_view name{};
    JobMethod job = nullptr;
};

constexpr std::array<Entry, 12> kJobs{{{"load", loadJob},
                                       {"generate", generateJob},
                                       {"predict", predictJob},
                                       {"score", scoreJob},
                                       {"import", importJob},
                                       {"split", splitJob},
                                       {"clean", cleanJob},
                                       {"inspect", inspectJob},
                                       {"pieces", piecesJob},
                                       {"export", exportJob},
                                       {"judgeMelodies", judgeMelodiesJob},
                                       {"judgeModels", judgeModelsJob}}};

} // namespace

JobMethod jobMethod(std::string_view method)
{
    const auto entry = std::ranges::find(kJobs, method, &Entry::name);
    return entry == kJobs.end() ? nullptr : entry->job;
}

std::vector<std::string> jobMethods()
{
    std::vector<std::string> names;
    for (const Entry& entry : kJobs)
        names.emplace_back(entry.name);
    return names;
}

} // namespace continuo
