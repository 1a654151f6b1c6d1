// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"
#include "ui/base/studio_context.h"
#include "ui/dataset/background_queue.h"
#include "ui/dataset/piece_row.h"

#include <QWidget>

#include <memory>
#include <optional>

QT_BEGIN_NAMESPACE
class QLabel;
class QPushButton;
class QToolButton;
QT_END_NAMESPACE

namespace continuo::ui {

class PieceRoll;

/// Below the table: the current piece as a small roll, to be heard and to be taken to Compose. Its
/// notes are read off this thread.
class PiecePreview final : public QWidget
{
    Q_OBJECT

public:
    explicit PiecePreview(const StudioContext& context, QWidget* parent = nullptr);
    ~PiecePreview() override;

    /// Shows a piece of `set`; while one is auditioned the next is heard in its place.
    void show(const QString& set, const PieceRow& row);
    void clear();

    /// Plays the piece or stops it; one that is still being read is played when it is there.
    void toggleAudition();
    /// Tells seedChosen(), when the piece is there.
    void chooseSeed();
    /// Null until it is read.
    const Score* score() const { return m_score.get(); }

Q_SIGNALS:
    void seedChosen(const continuo::Score& score, const QString& name);
    /// The notes of the current piece are there.
    void arrived();

private:
    void take(Result<Score> score);
    void refresh();
    bool isAuditioned() const;
    QString auditionName() const;

    StudioContext m_context;
    QLabel* m_name;
    QLabel* m_facts;
    QToolButton* m_play;
    QPushButton* m_seed;
    PieceRoll* m_roll;
    QString m_set{};
    std::optional<PieceRow> m_row{};
    std::shared_ptr<const Score> m_score{};
    QString m_why{}; ///< It cannot be read.
    bool m_playsWhenThere = false;
    bool m_isSeedWhenThere = false;
    CancelToken m_cancel{};
    BackgroundQueue m_queue;
};

} // namespace continuo::ui
