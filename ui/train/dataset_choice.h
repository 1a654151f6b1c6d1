// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/note.h"
#include "core/music/score.h"
#include "ui/base/studio_context.h"

#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <vector>

namespace continuo::ui {

/// A dataset file as the form tells it.
struct DatasetFacts
{
    QString file{};
    std::size_t pieces = 0;
    std::size_t train = 0;
    std::size_t validation = 0;
    std::size_t test = 0;
    QString fingerprint{};
    QString pieceTitle{}; ///< Of the first piece of the training part.
    Score piece{};
    QString problem{}; ///< Why it cannot be read; empty where all is well.

    QString name() const;
    bool isDivided() const { return train > 0; }
};

/// A dataset that can be chosen.
struct DatasetEntry
{
    QString file{};
    QString name{};
    bool isBundled =
        false; ///< The bundled tunes: imported and divided the first time they are wanted.
    friend bool operator==(const DatasetEntry&, const DatasetEntry&) = default;
};

/// The datasets there are, and what is in the chosen one, read on a thread of its own. GUI thread
/// only.
class DatasetChoice final : public QObject
{
    Q_OBJECT

public:
    DatasetChoice(const StudioContext& context, QObject* parent = nullptr);
    ~DatasetChoice() override;

    /// Those of the user's folder, the bundled tunes, and others that were chosen.
    std::vector<DatasetEntry> entries() const;
    /// Reads it; the bundled tunes are imported and divided before if need be. factsChanged()
    /// follows.
    void choose(const QString& file);
    /// Divides the chosen one 80 : 10 : 10 by families.
    void divide();

    const QString& chosen() const { return m_chosen; }
    const DatasetFacts& facts() const { return m_facts; } ///< Of no meaning while isBusy().
    bool isBusy() const { return m_isBusy; }
    QString bundledFile() const;

Q_SIGNALS:
    void factsChanged();

private:
    void importBundled();
    void read();

    StudioContext m_context;
    QString m_chosen{};
    QStringList m_others{};
    DatasetFacts m_facts{};
    bool m_isBusy = false;
    quint64 m_question = 0; ///< Answers to an older one are passed over.
    struct Reader;
    std::unique_ptr<Reader> m_reader;
};

} // namespace continuo::ui
