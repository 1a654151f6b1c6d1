// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/cost_probe.h"

#include "ui/base/words.h"
#include "ui/train/engine_command.h"
#include "ui/train/json_members.h"

#include <algorithm>
#include <utility>

namespace continuo::ui {

CostProbe::CostProbe(QStringList program, QObject* parent)
    : QObject(parent)
    , m_program(std::move(program))
{
}

void CostProbe::ask(const QStringList& arguments)
{
    if (m_costs.contains(arguments) || m_problems.contains(arguments) || m_asked == arguments)
        return;
    std::erase(m_waiting, arguments);
    // What is measured for later waits again, as the user wants this one now; what was wanted
    // before is not any more.
    if (m_command) {
        if (m_isForLater)
            m_waiting.push_back(m_asked);
        delete m_command;
    }
    begin(arguments, false);
}

void CostProbe::askLater(const QStringList& arguments)
{
    if (m_costs.contains(arguments) || m_problems.contains(arguments) || m_asked == arguments ||
        std::ranges::count(m_waiting, arguments) > 0)
        return;
    m_waiting.push_back(arguments);
    beginNext();
}

void CostProbe::stop()
{
    m_waiting.clear();
    m_asked.clear();
    delete m_command;
}

std::optional<TrainingCost> CostProbe::cost(const QStringList& arguments) const
{
    const auto found = m_costs.find(arguments);
    return found == m_costs.end() ? std::nullopt : std::optional(*found);
}

QString CostProbe::problem(const QStringList& arguments) const
{
    return m_problems.value(arguments);
}

void CostProbe::beginNext()
{
    if (m_command || m_waiting.empty())
        return;
    const QStringList next = m_waiting.front();
    m_waiting.pop_front();
    begin(next, true);
}

void CostProbe::begin(const QStringList& arguments, bool isForLater)
{
    m_asked = arguments;
    m_isForLater = isForLater;
    m_command = new EngineCommand(
        m_program, QStringList{QStringLiteral("train"), QStringLiteral("--preview")} + m_asked,
        [this](const Result<Json>& answer) {
            const QStringList asked = std::exchange(m_asked, {});
            m_command = nullptr;
            if (answer)
                m_costs[asked] = {
                    wholeAt(*answer, "parameters"), wholeAt(*answer, "memoryBytes"),
                    wholeAt(*answer, "diskBytes"),  numberAt(*answer, "secondsPerEpoch"),
                    numberAt(*answer, "seconds"),   textAt(*answer, "device"),
                    textAt(*answer, "precision")};
            else
                m_problems[asked] = inWords(answer.error());
            Q_EMIT answered(asked);
            beginNext();
        },
        this);
}

} // namespace continuo::ui
