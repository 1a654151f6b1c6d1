// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/dataset/dataset.h"
#include "ui/dataset/background_queue.h"

#include <QDialog>

QT_BEGIN_NAMESPACE
class QLabel;
class QTreeWidget;
QT_END_NAMESPACE

namespace continuo::ui {

/// The passages that held-out pieces share with training pieces, sought off the window's thread
/// when it opens.
class LeakDialog final : public QDialog
{
    Q_OBJECT

public:
    explicit LeakDialog(const QString& set, QWidget* parent = nullptr);
    ~LeakDialog() override;

Q_SIGNALS:
    /// A piece, by its number, is to be seen in the table.
    void pieceChosen(std::int64_t piece);
    /// The list stands.
    void filled();

private:
    void show(const Result<LeakReport>& report);

    QLabel* m_words;
    QTreeWidget* m_list;
    CancelToken m_cancel{};
    BackgroundQueue m_queue;
};

} // namespace continuo::ui
