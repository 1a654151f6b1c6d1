// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/dataset/dataset.h"
#include "ui/dataset/background_queue.h"

#include <QDialog>
#include <QSet>

#include <array>

QT_BEGIN_NAMESPACE
class QLabel;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;
QT_END_NAMESPACE

namespace continuo::ui {

/// The passages that held-out pieces share with training pieces, sought off the window's thread
/// when it opens: a line for each two pieces. Either can be shown, or left out.
class LeakDialog final : public QDialog
{
    Q_OBJECT

public:
    explicit LeakDialog(const QString& set, QWidget* parent = nullptr);
    ~LeakDialog() override;

    /// The pieces, by number, that the recipe leaves out by now, and why the recipe cannot be
    /// changed at present; empty: it can.
    void setLeftOut(QSet<std::int64_t> pieces, const QString& whyNot);

Q_SIGNALS:
    /// A piece, by its number, is to be seen in the table.
    void pieceChosen(std::int64_t piece);
    /// A piece, by its number, is to be left out of the set.
    void leaveOutRequested(std::int64_t piece);
    /// The list stands.
    void filled();

private:
    /// A column with a piece, and what can be done with the piece of the current line there.
    struct Side
    {
        int column = 0;
        QPushButton* show = nullptr;
        QPushButton* leaveOut = nullptr;
    };

    Side makeSide(int column, const QString& show, const QString& leaveOut);
    void show(const Result<LeakReport>& report);
    void refreshItem(QTreeWidgetItem& item);
    void refreshActions();

    QLabel* m_words;
    QLabel* m_explanation;
    QTreeWidget* m_list;
    std::array<Side, 2> m_sides{}; ///< Held-out and training.
    QSet<std::int64_t> m_leftOut{};
    QString m_whyNot{};
    CancelToken m_cancel{};
    BackgroundQueue m_queue;
};

} // namespace continuo::ui
