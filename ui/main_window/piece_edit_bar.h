// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
QT_END_NAMESPACE

namespace continuo::ui {

/// Says that a piece of a dataset is being edited on the roll, and ends it: the edit is kept in the
/// dataset or forgotten. Hidden while nothing is edited.
class PieceEditBar final : public QWidget
{
    Q_OBJECT

public:
    explicit PieceEditBar(QWidget* parent = nullptr);

    /// `piece` is a pieceKey() of the dataset file `set`, `before` its notes as the edit found
    /// them.
    void begin(const Score& before, const QString& name, const QString& set, const QString& piece);
    const Score& before() const { return m_before; }
    const QString& set() const { return m_set; }
    const QString& piece() const { return m_piece; }
    void end();

Q_SIGNALS:
    void kept();
    void discarded();

private:
    QLabel* m_words;
    Score m_before{};
    QString m_set{};
    QString m_piece{};
};

} // namespace continuo::ui
