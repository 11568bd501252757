"""What is wrong with a project, and what would mend it: from facts to findings, without a look at anything."""
