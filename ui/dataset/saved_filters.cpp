// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/saved_filters.h"

#include <QSettings>
#include <QVariantMap>

#include <algorithm>
#include <optional>

namespace continuo::ui {

namespace {

const QString kFiltersKey = QStringLiteral("dataset/filters");

/// "all", "no-problems", or the name of the problem.
QString groupName(const PieceFilter& filter)
{
    switch (filter.group) {
    case PieceFilter::Group::All:
        return QStringLiteral("all");
    case PieceFilter::Group::NoProblems:
        return QStringLiteral("no-problems");
    case PieceFilter::Group::OneProblem:
        break;
    }
    const std::string_view name = problemName(filter.problem);
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

std::optional<PieceFilter> filterOfGroup(const QString& name)
{
    std::vector<PieceFilter> candidates(2);
    candidates[1].group = PieceFilter::Group::NoProblems;
    for (std::size_t i = 0; i < kProblemCount; ++i) {
        PieceFilter filter;
        filter.group = PieceFilter::Group::OneProblem;
        filter.problem = static_cast<Problem>(i);
        candidates.push_back(filter);
    }
    for (const PieceFilter& candidate : candidates) {
        if (groupName(candidate) == name)
            return candidate;
    }
    return std::nullopt;
}

} // namespace

std::vector<SavedFilter> savedFilters(const QSettings& settings)
{
    std::vector<SavedFilter> filters;
    for (const QVariant& each : settings.value(kFiltersKey).toList()) {
        const QVariantMap entry = each.toMap();
        std::optional<PieceFilter> filter =
            filterOfGroup(entry[QStringLiteral("group")].toString());
        const QString name = entry[QStringLiteral("name")].toString();
        if (!filter || name.isEmpty() || filters.size() >= kMostSavedFilters)
            continue;
        filter->words = entry[QStringLiteral("words")].toString();
        addSavedFilter(filters, {name, *filter});
    }
    return filters;
}

void keepSavedFilters(QSettings& settings, const std::vector<SavedFilter>& filters)
{
    QVariantList list;
    for (const SavedFilter& each : filters)
        list << QVariantMap{{QStringLiteral("name"), each.name},
                            {QStringLiteral("group"), groupName(each.filter)},
                            {QStringLiteral("words"), each.filter.words}};
    settings.setValue(kFiltersKey, list);
}

void addSavedFilter(std::vector<SavedFilter>& filters, SavedFilter filter)
{
    const auto known = std::ranges::find(filters, filter.name, &SavedFilter::name);
    if (known != filters.end())
        *known = std::move(filter);
    else
        filters.push_back(std::move(filter));
}

} // namespace continuo::ui
