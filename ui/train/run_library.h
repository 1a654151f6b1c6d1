// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/train/run_facts.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <vector>

namespace continuo::ui {

/// The runs of a folder and of the folders in it, read again every two seconds on a thread of its own. GUI thread only.
class RunLibrary final : public QObject
{
    Q_OBJECT

public:
    explicit RunLibrary(QString folder, QObject* parent = nullptr);
    ~RunLibrary() override;

    /// The newest first.
    const std::vector<RunFactsPointer>& runs() const { return m_runs; }
    RunFactsPointer run(const QString& path) const; ///< Null where there is none.
    const QString& folder() const { return m_folder; }
    bool isRead() const { return m_isRead; }

    /// Reads now; while it is being read, once more afterwards.
    void refresh();

Q_SIGNALS:
    /// After the first reading, and whenever something is otherwise than before.
    void changed();

private:
    struct Reader;
    void arrived(std::vector<RunFactsPointer> runs);

    QString m_folder;
    std::vector<RunFactsPointer> m_runs;
    std::unique_ptr<Reader> m_reader;
    bool m_isRead = false;
    bool m_isReading = false;
    bool m_isAskedAgain = false;
    QTimer m_timer;
};

} // namespace continuo::ui
