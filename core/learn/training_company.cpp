// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"
#include "core/learn/follower.h"
#include "core/learn/shared_step_p.h"
#include "core/learn/training_p.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace continuo {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kInTouch = std::chrono::seconds(5);

} // namespace

std::int64_t Training::chosenThreads() const
{
    if (m_job.training.threads > 0)
        return m_job.training.threads;
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(usableThreads()) /
                                         company.place.localCount);
}

Status Training::gather()
{
    if (company.place.count == 1)
        return ok();
    if (Status status = checkCanBeShared(m_job); !status)
        return status;
    Result<std::shared_ptr<ProcessGroup>> group = company.gather();
    if (!group)
        return group.error();
    m_group = std::move(*group);
    return m_learner->share(m_group);
}

Status Training::instruct()
{
    if (!m_group)
        return ok();
    const bool isCardNamed = m_job.training.device.find(':') != std::string::npos;
    std::string text = nlohmann::json{{"program", "continuo " CONTINUO_VERSION},
                                      {"job", nlohmann::json::parse(toJson(m_job))},
                                      {"device", isCardNamed               ? m_job.training.device
                                                 : m_state.device == "cpu" ? "cpu"
                                                                           : "cuda"},
                                      {"precision", m_state.precision}}
                           .dump();
    if (Status status = tellAll(*m_group, text); !status)
        return status;
    for (const std::filesystem::path& path : {m_run.pieces(), m_run.last()}) {
        Result<std::string> bytes = readTextFile(path, std::uint64_t{1} << 40);
        if (!bytes)
            return bytes.error();
        if (Status status = tellAll(*m_group, *bytes); !status)
            return status;
    }
    m_lastOrder = Clock::now();
    return ok();
}

Status Training::keepInTouch()
{
    if (!m_group || Clock::now() - m_lastOrder < kInTouch)
        return ok();
    m_lastOrder = Clock::now();
    WorkOrder order;
    return tellAll(*m_group, order);
}

void Training::dismiss()
{
    if (!m_group)
        return;
    WorkOrder order;
    order.kind = WorkOrder::Kind::End;
    // Whoever cannot be told notices that this process is gone.
    static_cast<void>(tellAll(*m_group, order));
}

Result<std::optional<StepFigures>> Training::learn(double learningRate, double teacherForcing)
{
    if (m_group) {
        WorkOrder order{WorkOrder::Kind::Learn, m_state.step + 1, m_state.epoch, m_state.window,
                        m_state.microBatches,   learningRate,     teacherForcing};
        if (Status status = tellAll(*m_group, order); !status)
            return status.error();
        m_lastOrder = Clock::now();
    }
    return m_learner->learn(nextWindows(), m_state.microBatches, m_state.step + 1, learningRate,
                            teacherForcing, [this, isStopped = stopQuestion()] {
                                if (!isStopped())
                                    return false;
                                if (m_group)
                                    m_group->askStop();
                                return true;
                            });
}

} // namespace continuo
