// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/recipe_model.h"

#include "ui/base/words.h"

namespace continuo::ui {

void RecipeModel::show(const Recipe& recipe, const StepCounts& counts, std::size_t pieces)
{
    const bool isSameLength = recipe.steps.size() == m_recipe.steps.size();
    if (!isSameLength)
        beginResetModel();
    m_recipe = recipe;
    m_counts = counts;
    m_pieces = pieces;
    if (!isSameLength)
        endResetModel();
    else if (rowCount() > 0)
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

int RecipeModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_recipe.steps.size());
}

QString RecipeModel::countOf(std::size_t step) const
{
    const auto found = m_counts.find(step);
    if (!m_recipe.steps[step].isOn)
        return tr("off");
    if (found == m_counts.end())
        return tr("none");
    const StepCount& count = found->second;
    if (count.changed == 0 && count.leftOut > 0)
        return QChar(0x2212) + countInWords(static_cast<std::int64_t>(count.leftOut));
    if (count.changed == m_pieces)
        return tr("all");
    return count.changed == 1
               ? tr("1 piece")
               : tr("%1 pieces").arg(countInWords(static_cast<std::int64_t>(count.changed)));
}

QVariant RecipeModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const auto place = static_cast<std::size_t>(index.row());
    const RecipeStep& step = m_recipe.steps[place];
    const QString words = QString::fromStdString(stepInWords(step));
    const QString condition = QString::fromStdString(conditionInWords(step.condition));
    switch (role) {
    case Qt::DisplayRole:
        return condition.isEmpty() ? words : tr("%1, %2").arg(words, condition);
    case Qt::ToolTipRole: {
        const OperationInfo* operation = operationNamed(step.operation);
        QStringList lines{condition.isEmpty() ? words : tr("%1, %2").arg(words, condition)};
        if (operation)
            lines << QString::fromUtf8(operation->description.data(),
                                       std::ssize(operation->description));
        return lines.join(QLatin1Char('\n'));
    }
    case Qt::AccessibleTextRole:
        return tr("Step %1: %2, %3")
            .arg(place + 1)
            .arg(condition.isEmpty() ? words : tr("%1, %2").arg(words, condition), countOf(place));
    case Qt::CheckStateRole:
        return static_cast<int>(step.isOn ? Qt::Checked : Qt::Unchecked);
    case CountRole:
        return countOf(place);
    default:
        return {};
    }
}

bool RecipeModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::CheckStateRole || !checkIndex(index, CheckIndexOption::IndexIsValid))
        return false;
    Q_EMIT switched(index.row(), value.toInt() == Qt::Checked);
    return true;
}

Qt::ItemFlags RecipeModel::flags(const QModelIndex& index) const
{
    return index.isValid() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable
                           : Qt::NoItemFlags;
}

} // namespace continuo::ui
