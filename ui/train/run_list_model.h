// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/train/run_facts.h"

#include <QAbstractListModel>

#include <vector>

namespace continuo::ui {

/// The runs as cards. GUI thread only.
class RunListModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role
    {
        PathRole = Qt::UserRole,
        StateRole,   ///< "training", or why it cannot be compared with the chosen one.
        FiguresRole, ///< "best 1.43 · now 1.46 · 1.2 M weights"
        ColourRole,  ///< −1 where it has no curve, 0 the chosen one, from 1 the others drawn with
                     ///< it.
        RunStateRole
    };

    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

    /// The newest first; rows come, go and change one by one.
    void setRuns(const std::vector<RunFactsPointer>& runs);
    /// The chosen run and those drawn with it; the others say why not.
    void setDrawn(const QString& chosen, const std::vector<RunFactsPointer>& with);

    RunFactsPointer run(int row) const;
    int rowOf(const QString& path) const; ///< −1 where there is none.

private:
    int colourOf(const QString& path) const;

    std::vector<RunFactsPointer> m_runs;
    QString m_chosen{};
    QStringList m_with{};
};

} // namespace continuo::ui
