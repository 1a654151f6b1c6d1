// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/weights/generate_mode.h"
#include "core/weights/model_card.h"

#include <QDateTime>
#include <QObject>
#include <QString>

#include <optional>
#include <thread>
#include <vector>

namespace continuo::ui {

/// A model that can be asked to continue.
struct ModelEntry
{
    QString file{};
    QString name{};  ///< As its card says.
    QString run{};   ///< The folder's name of the run it belongs to; empty for the bundled one and
                     ///< for other files.
    QString place{}; ///< Within the run: "best", "last", "step 1200".
    QString description{};
    QString samplerJson{};        ///< What generating starts from.
    NetworkShape network{};
    bool readsEveryTrack = false; ///< All instruments and drums; else one line of melody.
    QString problem{};            ///< Why it cannot be used; empty: it can.
    /// What it can be asked for; until its card is read as for most models.
    std::vector<ModeChoice> modes = modesOf(NetworkShape{});
    friend bool operator==(const ModelEntry&, const ModelEntry&) = default;
};

/// The models there are: the bundled one, those of the runs, and files the user named. Their cards
/// are read on a thread of its own, without the weights. GUI thread only.
class ModelCatalogue final : public QObject
{
    Q_OBJECT

public:
    ModelCatalogue(QString starterModel, QString runs, QObject* parent = nullptr);
    ~ModelCatalogue() override;

    /// Looks again; changed() comes when something is different.
    void refresh();
    /// Adds a file from anywhere; it is known at once by its file name, and by its card when that
    /// has been read.
    void add(const QString& file);

    const std::vector<ModelEntry>& models() const { return m_models; }
    const ModelEntry* find(const QString& file) const;

Q_SIGNALS:
    void changed();

private:
    void look();

    QString m_starterModel;
    QString m_runs;
    QStringList m_others{};
    std::vector<ModelEntry> m_models{};
    std::jthread m_looking{};
    bool m_isLooking = false;
    bool m_looksAgain = false;
};

} // namespace continuo::ui
