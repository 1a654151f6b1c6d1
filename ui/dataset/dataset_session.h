// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/json.h"
#include "ui/base/studio_context.h"
#include "ui/dataset/background_queue.h"
#include "ui/dataset/piece_model.h"
#include "ui/dataset/rejected_model.h"
#include "ui/dataset/set_reading.h"
#include "ui/dataset/set_words.h"

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>

#include <optional>

namespace continuo::ui {

class RecipeEditor;

/// The dataset in view: opened and read off this thread with its rows coming as they are read,
/// filled by the dataset engine with its rows coming as they are stored, divided, and written out
/// as a table of facts. GUI thread only; nothing here blocks.
class DatasetSession final : public QObject
{
    Q_OBJECT

public:
    enum class State
    {
        Empty,   ///< No set: the next import makes one.
        Reading, ///< Its rows come, in no order yet.
        Shown,
        Failed ///< It cannot be opened: why() says it.
    };

    explicit DatasetSession(const StudioContext& context, QObject* parent = nullptr);
    ~DatasetSession() override;

    State state() const { return m_state; }
    QString why() const { return m_why; }
    /// The file in view; empty where there is none yet.
    const QString& path() const { return m_path; }
    /// Its name without folder and ending.
    QString name() const;
    /// What the last import of an incomplete set says; false for a set that was imported to its
    /// end.
    bool isIncomplete() const { return m_isIncomplete; }
    const std::optional<SplitSettings>& splitSettings() const { return m_split; }
    /// Passages that stand in training and in another part; known after a split that was made here.
    /// Passages that stand in training and in another part; nothing while not known. Of a large set
    /// only a split counts them.
    const std::optional<std::int64_t>& leaks() const { return m_leaks; }
    bool isCountingLeaks() const { return m_isCountingLeaks; }

    PieceModel& pieces() { return m_pieces; }
    const PieceModel& pieces() const { return m_pieces; }
    RejectedModel& rejected() { return m_rejected; }

    void open(const QString& path);
    /// Gives up a set that is still being read: nothing is in view then.
    void cancelReading();
    /// Nothing in view; the next import makes a set of its own.
    void beginNew();

    /// Adds music to the set in view, or to a new one called `name`, or after the first of `paths`.
    /// While another import runs these wait for its end.
    void importMusic(const QStringList& paths, const QString& name = {});
    bool isImporting() const { return m_import.has_value(); }
    void cancelImport();

    void split(const SplitSettings& settings);
    bool isSplitting() const { return m_isSplitting; }

    /// What is done to the pieces; every change of it is applied to the set at once.
    RecipeEditor& recipe() { return *m_recipe; }

    /// Writes the cleaned set or something about it with the dataset engine: `params` as the
    /// protocol's "export" wants them but for the set, `what` for the task: "MIDI files".
    void exportSet(const QString& what, Json params);
    /// Writes a table of facts with the command line's own means, replacing `file`.
    void exportFacts(const QString& file);

    /// Copies the set in view to a new file, off this thread, and opens the copy.
    void saveCopy(const QString& file);

    static QString ending() { return QStringLiteral(".continuo-dataset"); }

Q_SIGNALS:
    /// Another set, or another state of it.
    void stateChanged();
    /// Rows or counts changed.
    void contentsChanged();
    void leaksChanged();
    /// An import or a split began or ended.
    void workChanged();

private:
    struct Import
    {
        QString set{};
        QString name{};
        QStringList paths{};
        std::int64_t job = 0;
        int task = 0;
        bool isCancelled = false;
        std::size_t found = 0;
        std::size_t done = 0;
        std::size_t rejected = 0;
        std::vector<RejectedFile> refused{}; ///< As the engine tells them at the end.
        QStringList unreadable{};
    };
    struct Waiting
    {
        QStringList paths{};
        QString name{};
    };

    void setState(State state, const QString& why = {});
    void refreshRecipe();
    void leave();
    void read();
    void readOn(std::vector<PieceRow> rows, std::size_t all);
    void stopReading();
    void countLeaks();
    void stopCountingLeaks();
    void findKinds();
    void stopFindingKinds();
    void show(Result<SetContents> contents);
    /// A large table is taken apart on the other thread.
    void letGo(PieceTable table);
    void follow();
    void grow(SetGrowth growth);
    void hear(const std::string& method, const Json& params);
    void imported(const Result<Json>& answer);
    void tellImported(const Import& import, const Json& result);
    void tellBrokenOff(const Import& import, const Error& error);
    void wasSplit(const QString& path, const Result<Json>& answer);
    void tellSplit(SplitOutcome outcome, const std::array<std::size_t, 3>& families);
    QString freeName(const QString& wanted) const;

    StudioContext m_context;
    RecipeEditor* m_recipe;
    PieceModel m_pieces;
    RejectedModel m_rejected;
    State m_state = State::Empty;
    QString m_why{};
    QString m_path{};
    bool m_isIncomplete = false;
    std::optional<SplitSettings> m_split{};
    std::optional<std::int64_t> m_leaks{};
    std::optional<SplitOutcome> m_splitOutcome{}; ///< Told when its rows are read.
    std::optional<Import> m_import{};
    std::vector<Waiting> m_waiting{};
    bool m_isSplitting = false;
    bool m_isFollowing = false;
    std::int64_t m_lastPiece = 0; ///< What of a growing set is shown.
    std::int64_t m_lastFile = 0;
    QElapsedTimer m_followed;
    CancelToken m_readCancel{};
    int m_readTask = 0; ///< 0: none.
    std::size_t m_readSoFar = 0;
    QElapsedTimer m_readBegan;
    CancelToken m_leaksCancel{};
    bool m_isCountingLeaks = false;
    CancelToken m_kindsCancel{};
    int m_kindsTask = 0; ///< 0: none.
    BackgroundQueue m_queue;
    BackgroundQueue m_kindsQueue;
    BackgroundQueue m_leaksQueue;
    BackgroundQueue m_copyQueue;
};

} // namespace continuo::ui
