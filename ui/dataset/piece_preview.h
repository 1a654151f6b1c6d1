// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"
#include "ui/base/studio_context.h"
#include "ui/dataset/background_queue.h"
#include "ui/dataset/piece_row.h"
#include "ui/dataset/set_reading.h"

#include <QWidget>

#include <array>
#include <memory>
#include <optional>

QT_BEGIN_NAMESPACE
class QLabel;
class QPushButton;
class QToolButton;
QT_END_NAMESPACE

namespace continuo::ui {

class ElidedLabel;
class PieceRoll;

/// Below the table: the current piece as it was read and, where the recipe changes it, beside it as
/// it is afterwards; each to be heard, and to be taken to Compose. Notes are read off this thread.
class PiecePreview final : public QWidget
{
    Q_OBJECT

public:
    enum Version
    {
        AsRead,
        Cleaned
    };

    explicit PiecePreview(const StudioContext& context, QWidget* parent = nullptr);
    ~PiecePreview() override;

    /// Shows a piece of `set`; while one is auditioned the next is heard in its place.
    void show(const QString& set, const PieceRow& row);
    void clear();

    /// Plays the piece as it is learned or stops it; one that is still being read is played when it
    /// is there.
    void toggleAudition();
    /// Tells seedChosen() with the piece as it is learned, when it is there.
    void chooseSeed();
    /// The piece as it was read; null until it is read.
    const Score* score() const { return m_versions[AsRead].get(); }
    /// After the recipe; null where that changes nothing or leaves the piece out.
    const Score* cleaned() const { return m_versions[Cleaned].get(); }

Q_SIGNALS:
    void seedChosen(const continuo::Score& score, const QString& name);
    /// The notes of the current piece are there.
    void arrived();

private:
    struct Side
    {
        QWidget* place;
        QToolButton* play;
        QLabel* heading;
        ElidedLabel* words;
        PieceRoll* roll;
    };

    Side makeSide(Version version, const QString& heading);
    void take(Result<PieceReading> reading);
    void refresh();
    void refreshSide(Version version, const QString& because);
    void audition(Version version);
    /// The version that is learned from.
    Version learned() const { return m_versions[Cleaned] ? Cleaned : AsRead; }
    std::optional<Version> auditioned() const;
    QString auditionName(Version version) const;

    StudioContext m_context;
    QLabel* m_facts;
    QPushButton* m_seed;
    std::array<Side, 2> m_sides;
    QString m_set{};
    std::optional<PieceRow> m_row{};
    std::array<std::shared_ptr<const Score>, 2> m_versions{};
    QString m_afterwards{}; ///< What the recipe did, in words.
    QString m_why{};        ///< It cannot be read.
    bool m_playsWhenThere = false;
    bool m_isSeedWhenThere = false;
    CancelToken m_cancel{};
    BackgroundQueue m_queue;
};

} // namespace continuo::ui
